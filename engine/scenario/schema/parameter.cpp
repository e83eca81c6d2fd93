#include "engine/scenario/schema/parameter.hpp"

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/distribution_codec.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

const std::vector<std::string>& label_names() {
  static const std::vector<std::string> names = {"value", "unit", "status", "source", "prior"};
  return names;
}

std::optional<std::string> text_of(const Value& parameter, std::string_view key, const std::string& path,
                                   Problems& problems) {
  const Value* found = parameter.find(key);
  if (found == nullptr) return std::nullopt;
  return Codec<std::string>::read(*found, join_path(path, key), {.several_lines = key == "source"}, problems);
}

bool same_unit(const Value& parameter, const std::string& unit, const std::string& path, const KeyInfo& info,
               Problems& problems) {
  if (info.unit.empty() || unit == info.unit) return true;
  const Value* found = parameter.find("unit");
  const std::string what = found == nullptr ? fmt::format("'{}' has no unit", path)
                                            : fmt::format("'{}' has the unit '{}'", path, unit);
  problems.add(found == nullptr ? parameter.place() : found->place(), what, "its number is taken in another",
               fmt::format("write unit = \"{}\"", info.unit));
  return false;
}

bool has_source(const Value& parameter, const ParameterLabels& labels, const std::string& path,
                Problems& problems) {
  if (labels.status == ParameterStatus::assumed || labels.status == ParameterStatus::scenario) return true;
  if (!labels.source.empty()) return true;
  problems.add(parameter.place(), fmt::format("'{}' has no source", path),
               fmt::format("a {} number comes from somewhere", name_of(labels.status)),
               "write source = \"…\", or status = \"assumed\"");
  return false;
}

/// A prior whose values the key takes: of all that could be drawn, the lowest and the highest.
std::optional<Distribution> prior_of(const Value& parameter, const std::string& path, const KeyInfo& info,
                                     Problems& problems) {
  // Beyond so many standard deviations nothing is drawn in a lifetime.
  constexpr double farthest_score = 8.0;
  const Value* const found = parameter.find("prior");
  if (found == nullptr) return std::nullopt;
  const std::string prior_path = join_path(path, "prior");
  const auto prior = Codec<Distribution>::read(*found, prior_path, info, problems);
  if (!prior) return std::nullopt;
  for (const double score : {-farthest_score, farthest_score}) {
    const double value = prior->at_score(score);
    if (info.range.contains(value)) continue;
    problems.add(found->place(), fmt::format("'{}' reaches {:g}", prior_path, value),
                 fmt::format("'{}' must be {}", path, to_text(info.range)),
                 "cut it off with within = [low, high]");
    return std::nullopt;
  }
  return prior;
}

bool has_status(const Value& value, ParameterStatus status) {
  if (!is_parameter(value)) return false;
  const Value* label = value.find("status");
  return label != nullptr && label->is_string() && label->text() == name_of(status);
}

}  // namespace

std::optional<ParameterLabels> read_labels(const Value& value, const std::string& path, const KeyInfo& info,
                                           Problems& problems) {
  if (!is_parameter(value)) {
    problems.add(
        value.place(), fmt::format("'{}' must be a parameter", path),
        fmt::format("here it is {}; a number without its origin cannot be judged", value.kind_text()),
        "write { value = …, unit = \"…\", status = \"…\", source = \"…\" }");
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  for (const Value& item : value.items()) {
    if (std::ranges::find(label_names(), item.key()) == label_names().end()) {
      problems.add(item.key_place(), fmt::format("unknown key '{}'", join_path(path, item.key())), {},
                   suggest(item.key(), label_names()));
    }
  }
  ParameterLabels labels;
  labels.unit = text_of(value, "unit", path, problems).value_or("");
  labels.source = text_of(value, "source", path, problems).value_or("");
  if (const Value* status = value.find("status")) {
    const auto read = Codec<ParameterStatus>::read(*status, join_path(path, "status"), {}, problems);
    if (read) labels.status = *read;
  } else {
    problems.add(value.place(), fmt::format("'{}' has no status", path),
                 "whether anybody reported it must be known", suggest("", names_of<ParameterStatus>()));
  }
  labels.prior = prior_of(value, path, info, problems);
  const bool unit_good = same_unit(value, labels.unit, path, info, problems);
  const bool source_good = problems.size() == before && has_source(value, labels, path, problems);
  if (!unit_good || !source_good) return std::nullopt;
  return labels;
}

bool has_no_prior(const Value& parameter, const std::string& path, Problems& problems) {
  const Value* const prior = parameter.find("prior");
  if (prior == nullptr) return true;
  problems.add(prior->place(), fmt::format("'{}' has a prior", path),
               "a calibration moves real numbers, and this is none", "take the prior away");
  return false;
}

std::vector<FreeParameter> free_parameters(const Value& root) {
  std::vector<FreeParameter> found;
  Problems none;
  for (const std::string& path : leaf_paths(root)) {
    const Value& node = *find_path(root, path);
    if (!is_parameter(node)) continue;
    const auto prior = prior_of(node, path, {}, none);
    if (!prior) continue;
    const Value* const unit = node.find("unit");
    found.push_back({path, node.find("value")->number(), unit == nullptr ? "" : unit->text(), *prior});
  }
  return found;
}

std::vector<std::string> parameters_with(ParameterStatus status, const Value& root) {
  std::vector<std::string> paths = leaf_paths(root);
  std::erase_if(paths, [&](const std::string& path) { return !has_status(*find_path(root, path), status); });
  return paths;
}

}  // namespace equipoise
