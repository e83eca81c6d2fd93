#include "engine/scenario/check_hypotheses.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

/// One hypothesis under examination.
struct Examined {
  const CheckContext& context;
  const HypothesisPart& hypothesis;
  std::string path;  // "hypothesis.2"

  void add(std::string_view key, std::string what, std::string why = {}, std::string suggestion = {}) const {
    context.add(fmt::format("{}.{}", path, key), std::move(what), std::move(why), std::move(suggestion));
  }
  [[nodiscard]] bool given(std::string_view key) const {
    return context.given(fmt::format("{}.{}", path, key));
  }
};

void check_endpoint(const Examined& it) {
  const std::string& name = it.hypothesis.endpoint;
  if (it.context.condition == nullptr || name.empty() || it.context.endpoint(name) != nullptr) return;
  it.add("endpoint", fmt::format("'{}' is no endpoint of {}", name, it.context.condition->name()), {},
         suggest(name, endpoint_names(*it.context.condition)));
}

void check_visit(const Examined& it) {
  const std::vector<double>& visits = it.context.scenario.schedule.visits;
  const std::optional<double>& visit = it.hypothesis.visit;
  if (!visit || visits.empty() || std::ranges::find(visits, *visit) != visits.end()) return;
  const double near =
      *std::ranges::min_element(visits, {}, [&](double month) { return std::abs(month - *visit); });
  it.add("visit", fmt::format("no visit is scheduled at month {:g}", *visit), {},
         fmt::format("the nearest is at month {:g}", near));
}

void check_compare(const Examined& it) {
  const std::vector<std::string>& compare = it.hypothesis.compare;
  const Value* written = find_path(it.context.tree, it.path + ".compare");
  const bool unread = written == nullptr || !written->is_array() || written->items().size() != compare.size();
  if (unread) return;  // its own problem has been told
  if (compare.size() != 2) {
    it.add("compare", fmt::format("{} arms are compared", compare.size()), "a hypothesis is about two",
           "name the treatment and the comparator");
    return;
  }
  std::vector<std::string> names;
  for (const ArmPart& arm : it.context.scenario.arms) names.push_back(arm.name);
  for (std::size_t k = 0; k < compare.size() && !names.empty(); ++k) {
    if (std::ranges::find(names, compare[k]) != names.end()) continue;
    it.add(fmt::format("compare.{}", k + 1), fmt::format("no arm is named '{}'", compare[k]), {},
           suggest(compare[k], names));
  }
  if (compare.size() == 2 && compare[0] == compare[1]) {
    it.add("compare", fmt::format("'{}' is compared with itself", compare[0]), "the difference is always 0");
  }
}

void check_margin(const Examined& it) {
  const HypothesisPart& h = it.hypothesis;
  if (h.test != TestKind::superiority && !it.given("margin")) {
    it.add("test", fmt::format("{} has no margin", name_of(h.test)),
           "how much worse is still good enough is not said",
           "add 'margin = …', on the scale that is analysed");
  }
  if (h.margin && h.analysis.method == AnalysisMethod::proportions && *h.margin >= 1.0) {
    it.add("margin", fmt::format("the margin of a difference of proportions is {:g}", *h.margin),
           "proportions differ by less than 1",
           fmt::format("write {:g} for {:g} %", *h.margin / 100.0, *h.margin));
  }
}

void check_transform(const Examined& it, const Endpoint& endpoint) {
  const Transform::Kind kind = it.hypothesis.transform.kind;
  if (kind == Transform::Kind::none) return;
  const std::string name = to_text(it.hypothesis.transform);
  if (endpoint.kind == EndpointKind::state) {
    it.add("transform", fmt::format("'{}' does not fit {}", name, endpoint.name),
           "it is a yes or a no, not an amount", "leave the transform out");
  } else if (kind == Transform::Kind::log1p &&
             (endpoint.kind == EndpointKind::continuous ||
              (endpoint.kind == EndpointKind::score && endpoint.minimum < 0.0))) {
    it.add("transform", fmt::format("'{}' does not fit {}", name, endpoint.name),
           "its values may be negative", "leave the transform out");
  }
}

void check_method(const Examined& it, const Endpoint& endpoint) {
  if (!it.hypothesis.analysis.method) return;
  const AnalysisMethod method = *it.hypothesis.analysis.method;
  const bool state_transformed =
      endpoint.kind == EndpointKind::state && it.hypothesis.transform.kind != Transform::Kind::none;
  if (state_transformed) return;  // the transform has been told of
  const bool binary = is_binary(it.hypothesis.transform, endpoint.kind);
  if (method == AnalysisMethod::proportions && !binary) {
    it.add("analysis.method", fmt::format("'proportions' does not fit {}", endpoint.name),
           "its values are numbers, not yes or no",
           "take \"mean_difference\" or \"ancova\", or transform = \"responder(30%)\"");
  } else if (method != AnalysisMethod::proportions && binary) {
    it.add("analysis.method", fmt::format("'{}' does not fit {}", name_of(method), endpoint.name),
           "its analysed values are yes or no", "take \"proportions\"");
  }
}

void check_adjust(const Examined& it) {
  const std::vector<std::string>& adjust = it.hypothesis.analysis.adjust;
  const std::vector<std::string> measured = measured_endpoints(it.context.scenario);
  std::vector<std::string> known = {"baseline", "site"};
  known.insert(known.end(), measured.begin(), measured.end());
  for (std::size_t k = 0; k < adjust.size(); ++k) {
    const std::string key = fmt::format("analysis.adjust.{}", k + 1);
    const std::string own = adjust[k] == "baseline" ? it.hypothesis.endpoint : adjust[k];
    const auto same = [&](const std::string& other) {
      return (other == "baseline" ? it.hypothesis.endpoint : other) == own;
    };
    if (std::any_of(adjust.begin(), adjust.begin() + static_cast<std::ptrdiff_t>(k), same)) {
      it.add(key, fmt::format("'{}' is adjusted for twice", adjust[k]),
             "the model could not tell the two apart");
    } else if (adjust[k] == "site" && it.context.scenario.cohort.sites == 1) {
      it.add(key, "there is one site, so there is nothing to adjust for", "cohort.sites is 1",
             "leave \"site\" out");
    } else if (std::ranges::find(known, adjust[k]) != known.end()) {
      continue;
    } else if (it.context.endpoint(adjust[k]) != nullptr) {
      it.add(key, fmt::format("'{}' is adjusted for but not measured", adjust[k]), {},
             "add it to schedule.endpoints");
    } else if (it.context.condition != nullptr) {
      it.add(key, fmt::format("'{}' is nothing that an analysis can adjust for", adjust[k]), {},
             suggest(adjust[k], known));
    }
  }
}

void check_options(const Examined& it) {
  if (!it.hypothesis.analysis.method) return;
  const AnalysisMethod method = *it.hypothesis.analysis.method;
  const auto belongs = [&](std::string_view key, AnalysisMethod to) {
    const std::string full = fmt::format("analysis.{}", key);
    if (method == to || !it.given(full)) return;
    it.add(full, fmt::format("'{}' says nothing to '{}'", key, name_of(method)),
           fmt::format("it belongs to '{}'", name_of(to)), "leave it out, or change the method");
  };
  belongs("variance", AnalysisMethod::mean_difference);
  belongs("adjust", AnalysisMethod::ancova);
  belongs("arms", AnalysisMethod::ancova);
  if (method == AnalysisMethod::ancova) check_adjust(it);
}

void check_names(const CheckContext& context) {
  const std::vector<HypothesisPart>& all = context.scenario.hypotheses;
  if (all.size() > most_hypotheses) {
    context.add(fmt::format("hypothesis.{}", most_hypotheses + 1),
                fmt::format("there are {} hypotheses", all.size()),
                fmt::format("a trial may have {}", most_hypotheses));
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto same = [&](const HypothesisPart& other) {
      return !other.name.empty() && other.name == all[i].name;
    };
    if (!std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), same)) continue;
    context.add(fmt::format("hypothesis.{}.name", i + 1),
                fmt::format("two hypotheses are named '{}'", all[i].name),
                "the results could not be told apart", "give each a name of its own");
  }
}

}  // namespace

void check_hypotheses(const CheckContext& context) {
  check_names(context);
  const std::vector<HypothesisPart>& all = context.scenario.hypotheses;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Examined it{context, all[i], fmt::format("hypothesis.{}", i + 1)};
    check_endpoint(it);
    check_visit(it);
    check_compare(it);
    check_margin(it);
    check_options(it);
    if (const Endpoint* endpoint = context.endpoint(all[i].endpoint)) {
      check_transform(it, *endpoint);
      check_method(it, *endpoint);
    }
  }
}

}  // namespace equipoise
