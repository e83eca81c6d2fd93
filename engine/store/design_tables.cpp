#include "engine/store/design_tables.hpp"

#include <string>
#include <vector>

namespace equipoise {
namespace {

/// One text or number for each of `items`, as a dataset along `dimension`.
template <class Items, class Value>
void write_column(Hdf5Writer& file, const std::string& name, const std::string& dimension, const Items& items,
                  const std::string& meaning, Value value_of_item) {
  using Element = decltype(value_of_item(items.front()));
  std::vector<Element> values;
  for (const auto& item : items) values.push_back(value_of_item(item));
  const std::string path = "design/" + name;
  constexpr ElementType type = std::is_same_v<Element, double>          ? ElementType::float64
                               : std::is_same_v<Element, std::uint64_t> ? ElementType::uint64
                                                                        : ElementType::text;
  file.make_dataset(path, type, {dimension});
  file.set_attribute(path, "long_name", meaning);
  file.write(path, values);
}

void write_arms(Hdf5Writer& file, const Design& design) {
  write_column(file, "therapy", "arm", design.arms, "what the arm delivers",
               [](const Arm& arm) { return arm.therapy; });
  write_column(file, "allocation", "arm", design.arms, "share of each permuted block",
               [](const Arm& arm) { return static_cast<std::uint64_t>(arm.allocation); });
}

void write_endpoints(Hdf5Writer& file, const Design& design) {
  write_column(file, "instrument", "endpoint", design.endpoints, "instrument that measures the endpoint",
               [](const Endpoint& endpoint) { return endpoint.instrument; });
  write_column(file, "unit", "endpoint", design.endpoints, "unit of the endpoint",
               [](const Endpoint& endpoint) { return endpoint.unit; });
  write_column(file, "kind", "endpoint", design.endpoints,
               "kind of quantity: score, amount, state or continuous",
               [](const Endpoint& endpoint) { return std::string(name_of(endpoint.kind)); });
  write_column(file, "better", "endpoint", design.endpoints,
               "which way the endpoint improves: lower or higher",
               [](const Endpoint& endpoint) { return std::string(name_of(endpoint.better)); });
}

void write_hypotheses(Hdf5Writer& file, const Design& design) {
  const auto& all = design.hypotheses;
  write_column(file, "tested_endpoint", "hypothesis", all, "endpoint that the hypothesis is about",
               [&](const Hypothesis& h) { return design.endpoints[h.endpoint.index()].name; });
  const std::string unit = singular(design.time_unit);
  write_column(file, "tested_" + unit, "hypothesis", all, unit + " of the visit it is about",
               [&](const Hypothesis& h) { return design.shown_time(h.visit); });
  write_column(file, "treatment", "hypothesis", all, "arm whose benefit is claimed",
               [&](const Hypothesis& h) { return design.arms[h.treatment.index()].name; });
  write_column(file, "comparator", "hypothesis", all, "arm that it is compared with",
               [&](const Hypothesis& h) { return design.arms[h.comparator.index()].name; });
  write_column(file, "test", "hypothesis", all,
               "superiority, superiority_by_margin, noninferiority or equivalence",
               [](const Hypothesis& h) { return std::string(name_of(word_of(h.test, h.margin))); });
  write_column(file, "margin", "hypothesis", all, "margin of the test; 0 where there is none",
               [](const Hypothesis& h) { return h.margin; });
  write_column(file, "transform", "hypothesis", all,
               "what is done to the endpoint's values before the analysis",
               [](const Hypothesis& h) { return to_text(h.transform); });
}

}  // namespace

void write_design(Hdf5Writer& file, const Design& design) {
  file.set_attribute("design", "participants", std::uint64_t{design.participants});
  file.set_attribute("design", "sites", std::uint64_t{design.sites});
  file.set_attribute("design", "block_size", std::uint64_t{design.block_size});
  write_arms(file, design);
  write_endpoints(file, design);
  write_hypotheses(file, design);
}

}  // namespace equipoise
