#include "engine/scenario/check_hypotheses.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/check_analysis.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/testing/multiplicity_rules.hpp"

namespace equipoise {
namespace {

/// Of more than a trial may have, which is told, the first are looked at.
std::size_t examined(std::size_t hypotheses) {
  return std::min(hypotheses, most_hypotheses);
}

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

void check_time(const Examined& it, const std::string& key, double time) {
  const std::vector<double>& visits = it.context.scenario.schedule.visits;
  if (visits.empty() || std::ranges::find(visits, time) != visits.end()) return;
  const double near =
      *std::ranges::min_element(visits, {}, [&](double other) { return std::abs(other - time); });
  const char* const unit = singular(it.context.scenario.schedule.unit);
  it.add(key, fmt::format("no visit is scheduled at {} {:g}", unit, time), {},
         fmt::format("the nearest is at {} {:g}", unit, near));
}

void check_visit(const Examined& it) {
  const HypothesisPart& h = it.hypothesis;
  if (h.visit) check_time(it, "visit", *h.visit);
  std::unordered_map<double, int> times;
  for (const double time : h.visits) ++times[time];
  for (std::size_t k = 0; k < h.visits.size(); ++k) {
    check_time(it, fmt::format("visits.{}", k + 1), h.visits[k]);
    if (times[h.visits[k]] > 1) {
      it.add(fmt::format("visits.{}", k + 1),
             fmt::format("{} {:g} is named twice", singular(it.context.scenario.schedule.unit), h.visits[k]));
    }
  }
  const bool one = it.given("visit");
  const bool several = it.given("visits");
  if (one && several) {
    it.add("visits", "both 'visit' and 'visits' are given",
           "a hypothesis is about one visit or a mean of several", "leave one out");
  } else if (!one && !several) {
    it.context.add(
        it.path, "it names no visit", "a hypothesis is about a visit or a mean of several",
        fmt::format("add 'visit = …' or 'visits = […]', in {}", name_of(it.context.scenario.schedule.unit)));
  }
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
  const bool by_margin = h.test == TestWord::superiority_by_margin;
  if (h.test == TestWord::superiority) {
    if (!it.given("margin")) return;
    it.add("margin", "superiority has no margin",
           "a margin asks for more than any difference: another question, with less power",
           "leave it out, or write test = \"superiority_by_margin\"");
    return;
  }
  if (!it.given("margin")) {
    it.add("test", fmt::format("{} has no margin", name_of(h.test)),
           by_margin ? "how much better is enough is not said"
                     : "how much worse is still good enough is not said",
           "add 'margin = …', on the scale that is analysed");
  }
  if (h.margin && h.analysis.method == AnalysisMethod::proportions && *h.margin >= 1.0) {
    it.add("margin", fmt::format("the margin of a difference of proportions is {:g}", *h.margin),
           "proportions differ by less than 1",
           fmt::format("write {:g} for {:g} %", *h.margin / 100.0, *h.margin));
  }
}

void check_power_counts(const Examined& it) {
  const HypothesisPart& h = it.hypothesis;
  const bool two_sided = h.test == TestWord::superiority && it.context.scenario.testing.sides == 2;
  if (h.power_counts != PowerCounts::either || two_sided) return;
  it.add("power_counts", "'either' does not apply to a test in one direction",
         "it never rejects in favour of the comparator", "leave it out");
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

void check_alternatives(const Examined& it) {
  const std::vector<AnalysisPart>& all = it.hypothesis.alternatives;
  std::unordered_set<std::string_view> names;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all[k].name.empty() || names.insert(all[k].name).second) continue;
    it.add(fmt::format("alternative.{}.name", k + 1),
           fmt::format("two alternatives are named '{}'", all[k].name), "the results could not be told apart",
           "give each a name of its own");
  }
}

void check_names(const CheckContext& context) {
  const std::vector<HypothesisPart>& all = context.scenario.hypotheses;
  if (all.size() > most_hypotheses) {
    context.add(fmt::format("hypothesis.{}", most_hypotheses + 1),
                fmt::format("there are {} hypotheses", all.size()),
                fmt::format("a trial may have {}", most_hypotheses));
  }
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < examined(all.size()); ++i) {
    if (all[i].name.empty() || names.insert(all[i].name).second) continue;
    context.add(fmt::format("hypothesis.{}.name", i + 1),
                fmt::format("two hypotheses are named '{}'", all[i].name),
                "the results could not be told apart", "give each a name of its own");
  }
}

}  // namespace

void check_hypotheses(const CheckContext& context) {
  check_names(context);
  const std::vector<HypothesisPart>& all = context.scenario.hypotheses;
  for (std::size_t i = 0; i < examined(all.size()); ++i) {
    const Examined it{context, all[i], fmt::format("hypothesis.{}", i + 1)};
    check_endpoint(it);
    check_visit(it);
    check_compare(it);
    check_margin(it);
    check_power_counts(it);
    check_alternatives(it);
    const Endpoint* endpoint = context.endpoint(all[i].endpoint);
    if (endpoint != nullptr) check_transform(it, *endpoint);
    check_analysis(context, all[i], all[i].analysis, it.path + ".analysis", endpoint);
    for (std::size_t k = 0; k < all[i].alternatives.size(); ++k) {
      check_analysis(context, all[i], all[i].alternatives[k],
                     fmt::format("{}.alternative.{}", it.path, k + 1), endpoint);
    }
  }
}

}  // namespace equipoise
