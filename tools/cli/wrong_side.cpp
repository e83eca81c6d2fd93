#include "tools/cli/wrong_side.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "engine/characteristics/truth_side.hpp"
#include "engine/run/truth.hpp"

namespace equipoise {
namespace {

// Tells a standardized effect of 0.03 in a fraction of a second: the same people are seen with and without
// their therapy, so that only the effect varies between them.
constexpr std::uint64_t participants_for_a_sign = 20'000;

std::string where_it_lies(const Hypothesis& hypothesis, const std::string& comparator) {
  switch (hypothesis.test) {
    case TestKind::superiority:
      return fmt::format("lies on the worse side: '{}' does better", comparator);
    case TestKind::noninferiority:
      return fmt::format("is worse by more than the margin of {:g}", hypothesis.margin);
    case TestKind::equivalence:
      return fmt::format("lies beyond the margin of {:g}", hypothesis.margin);
  }
  return {};
}

void warn(const Plan& plan, std::size_t h, const TrueValue& truths) {
  const Hypothesis& hypothesis = plan.design.hypotheses[h];
  const PlannedTest& test = plan.tests[h];
  const auto scale = marginal_scale(test.contrast, test.protocol().options);
  const Simulated& truth = scale ? truths.on(scale) : truths.difference;
  const Direction better = better_after(test.contrast.transform, test.contrast.better);
  const std::string& treatment = plan.design.arms[hypothesis.treatment.index()].name;
  const std::string& comparator = plan.design.arms[hypothesis.comparator.index()].name;
  const bool log = scale == EstimateScale::log_odds_ratio || scale == EstimateScale::log_risk_ratio;
  fmt::print(
      stderr,
      "equipoise: warning: '{}': the true value of '{}' minus '{}', {:.3g}{}, {} ({} is better); is the "
      "sign of an effect right, and the order of 'compare' (treatment, comparator)?\n",
      hypothesis.name, treatment, comparator, truth.value, log ? " on the log scale" : "",
      where_it_lies(hypothesis, comparator), name_of(better));
}

}  // namespace

void warn_of_wrong_sides(const Plan& plan, std::span<const TrueValue> truths) {
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    const TruthSide side = side_of(truths[h], plan.tests[h], plan.design.hypotheses[h], plan.level);
    if (side.wrong) warn(plan, h, truths[h]);
  }
}

void warn_of_wrong_sides(const Study& study, int threads, const std::atomic<bool>& stop) {
  const std::uint64_t participants = std::min(study.options.truth_participants, participants_for_a_sign);
  const auto truths = true_values(study.plan, study.options.seed, participants, threads, &stop);
  if (!stop) warn_of_wrong_sides(study.plan, truths);
}

}  // namespace equipoise
