#include "engine/scenario/check_testing.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/testing/multiplicity.hpp"
#include "engine/testing/multiplicity_words.hpp"

namespace equipoise {
namespace {

/// Whether its p value is of one side: such a test takes half of a two-sided alpha.
bool is_directional(const HypothesisPart& hypothesis, int sides) {
  return hypothesis.test != TestWord::superiority || sides == 1;
}

MultiplicityWords words_of(const TestingPart& testing) {
  return {testing.method, testing.weights, testing.transitions, testing.order, testing.families};
}

std::vector<std::string> hypothesis_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const HypothesisPart& hypothesis : scenario.hypotheses) names.push_back(hypothesis.name);
  return names;
}

bool is_read(const Value* written, std::size_t size) {
  return written == nullptr || (written->is_array() && written->items().size() == size);
}

/// Whether all that the file says was understood; if not, its own problem has been told.
bool all_read(const CheckContext& context) {
  const TestingPart& testing = context.scenario.testing;
  const auto written = [&](const std::string& key) { return find_path(context.tree, "testing." + key); };
  const Value* method = written("method");
  bool read = method == nullptr || (method->is_string() && method->text() == name_of(testing.method));
  read = read && is_read(written("weights"), testing.weights.size());
  read = read && is_read(written("transitions"), testing.transitions.size());
  read = read && is_read(written("order"), testing.order.size());
  read = read && is_read(written("family"), testing.families.size());
  for (std::size_t f = 0; f < testing.families.size() && read; ++f) {
    const std::string family = fmt::format("family.{}.", f + 1);
    read = is_read(written(family + "hypotheses"), testing.families[f].hypotheses.size()) &&
           is_read(written(family + "weights"), testing.families[f].weights.size());
    const auto understood = [&](const char* key, bool has) {
      return (written(family + key) == nullptr) != has;
    };
    read = read && understood("method", testing.families[f].method.has_value()) &&
           understood("gate", testing.families[f].gate.has_value()) &&
           understood("truncation", testing.families[f].truncation.has_value()) &&
           written(family + "hypotheses") != nullptr;
  }
  return read;
}

/// Dunnett's tests under examination: all hypotheses are held against the first.
class DunnettCheck {
 public:
  explicit DunnettCheck(const CheckContext& context)
      : context_(context),
        all_(context.scenario.hypotheses),
        method_(name_of(context.scenario.testing.method)) {}

  void operator()() const {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      check_kind(i);
      if (i > 0) check_against_first(i);
    }
  }

 private:
  void tell(std::size_t i, std::string_view key, const std::string& what, const std::string& why) const {
    context_.add(fmt::format("hypothesis.{}.{}", i + 1, key), what, why,
                 "make the hypotheses alike, or take another testing.method, such as \"holm\"");
  }

  void check_kind(std::size_t i) const {
    if (all_[i].test != TestWord::equivalence) return;
    tell(i, "test", fmt::format("'{}' does not test equivalence", method_),
         "its p value is of two tests on one statistic, whose joint distribution is another");
  }

  void check_against_first(std::size_t i) const {
    const HypothesisPart& first = all_.front();
    const HypothesisPart& it = all_[i];
    const auto differ = [&](std::string_view key, std::string_view whose) {
      tell(
          i, key, fmt::format("'{}' compares hypotheses with different {}", method_, whose),
          fmt::format("it knows how treatments against one comparator are correlated; '{}' differs from '{}'",
                      it.name, first.name));
    };
    if (it.endpoint != first.endpoint) differ("endpoint", "endpoints");
    if (it.visit != first.visit || it.visits != first.visits) {
      differ(context_.given(fmt::format("hypothesis.{}.visits", i + 1)) ? "visits" : "visit", "visits");
    }
    if (it.transform != first.transform) differ("transform", "transforms");
    if (it.analysis.method != first.analysis.method) differ("analysis.method", "analyses");
    const int sides = context_.scenario.testing.sides;
    if (is_directional(it, sides) != is_directional(first, sides)) differ("test", "sides");
    if (it.compare.size() != 2 || first.compare.size() != 2) return;  // their own problem has been told
    if (it.compare[1] != first.compare[1]) differ("compare.2", "comparators");
    const auto same = [&](const HypothesisPart& other) {
      return other.compare.size() == 2 && other.compare[0] == it.compare[0];
    };
    if (std::any_of(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      tell(i, "compare.1", fmt::format("'{}' stands in two hypotheses of '{}'", it.compare[0], method_),
           "each treatment is compared once");
    }
  }

  const CheckContext& context_;
  const std::vector<HypothesisPart>& all_;
  std::string_view method_;
};

int allocation_of(const Scenario& scenario, const std::string& arm) {
  const auto found = std::ranges::find(scenario.arms, arm, &ArmPart::name);
  EQUIPOISE_EXPECTS(found != scenario.arms.end());
  return found->allocation;
}

/// Of differences with one comparator, by allocation alone: l_i l_j with l_i^2 = n_i / (n_i + n_0).
std::vector<double> correlation_by_allocation(const Scenario& scenario) {
  std::vector<double> loads;
  for (const HypothesisPart& hypothesis : scenario.hypotheses) {
    const double treatment = allocation_of(scenario, hypothesis.compare[0]);
    const double comparator = allocation_of(scenario, hypothesis.compare[1]);
    loads.push_back(std::sqrt(treatment / (treatment + comparator)));
  }
  std::vector<double> correlation;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    for (std::size_t j = 0; j < loads.size(); ++j) correlation.push_back(i == j ? 1.0 : loads[i] * loads[j]);
  }
  return correlation;
}

}  // namespace

void check_testing(const CheckContext& context) {
  const Scenario& scenario = context.scenario;
  const bool too_many = scenario.hypotheses.size() > most_hypotheses;  // told of elsewhere
  if (scenario.hypotheses.empty() || too_many || !all_read(context)) return;
  const TellProblem tell = [&](const std::string& key, const std::string& what, const std::string& why,
                               const std::string& suggestion) {
    context.add("testing." + key, what, why, suggestion);
  };
  (void)read_multiplicity(words_of(scenario.testing), hypothesis_names(scenario), tell);
  if (is_dunnett(scenario.testing.method)) DunnettCheck{context}();
}

MultiplicityRules multiplicity_rules(const Scenario& scenario) {
  const TellProblem nobody = [](const auto&...) {};
  auto rules = read_multiplicity(words_of(scenario.testing), hypothesis_names(scenario), nobody);
  EQUIPOISE_EXPECTS(rules.has_value());
  if (is_dunnett(rules->method)) {
    const bool directional = is_directional(scenario.hypotheses.front(), scenario.testing.sides);
    rules->joint = {correlation_by_allocation(scenario), !directional,
                    directional ? static_cast<double>(scenario.testing.sides) : 1.0};
  }
  return *rules;
}

}  // namespace equipoise
