// Student's t in small trials: the type I error is alpha, the interval covers the truth as often as it says.
// In trials this small a wrong number of degrees of freedom shows.

#include <cmath>

#include <gtest/gtest.h>

#include "engine/numeric/student_t.hpp"
#include "tests/statistical/analysis/frequency.hpp"
#include "tests/statistical/analysis/normal_trials.hpp"

namespace equipoise::checks {
namespace {

constexpr double alpha = 0.05;

const Question two_sided(TestKind::superiority, Direction::higher_better, 0.0, Level{alpha, 2});
const MeanDifferenceOptions pooled{MeanDifferenceOptions::Variance::pooled};
const MeanDifferenceOptions welch{MeanDifferenceOptions::Variance::welch};

AncovaOptions adjusted(ModelArms arms) {
  return {.adjust = {{Covariate::Kind::baseline, EndpointId{0}}, {Covariate::Kind::site, EndpointId{0}}},
          .arms = arms};
}

struct Behaviour {
  Frequency rejected;          // at alpha
  Frequency covered;           // the true difference, by the interval
  Frequency by_normal_law;     // twin: rejected as if the degrees of freedom were infinite
  Frequency by_smaller_se;     // twin: rejected with a standard error 3 % too small
  Frequency by_narrow_limits;  // twin: covered by an interval 3 % too narrow
};

Behaviour behaviour(const NormalTrials& kind, std::uint64_t seed, const AnalysisOptions& options) {
  const double truth = kind.effects[1] - kind.effects[0];
  Behaviour seen;
  for_each_trial(kind, seed, two_sided, options, [&](const Estimate& estimate) {
    const double t = std::abs(estimate.statistic);
    seen.rejected.add(estimate.p <= alpha);
    seen.covered.add(estimate.lower <= truth && truth <= estimate.upper);
    seen.by_normal_law.add(2.0 * normal_cdf(-t) <= alpha);
    seen.by_smaller_se.add(2.0 * student_upper_tail(t / 0.97, estimate.df) <= alpha);
    const double reach = 0.97 * (estimate.upper - estimate.value);
    seen.by_narrow_limits.add(std::abs(estimate.value - truth) <= reach);
  });
  return seen;
}

void expect_exact(const Behaviour& under_null, const Behaviour& with_effect) {
  EXPECT_GT(under_null.rejected.p_value(alpha), false_alarm) << under_null.rejected.count;
  EXPECT_GT(with_effect.covered.p_value(1.0 - alpha), false_alarm) << with_effect.covered.count;
  EXPECT_LT(under_null.by_normal_law.p_value(alpha), false_alarm) << under_null.by_normal_law.count;
  EXPECT_LT(under_null.by_smaller_se.p_value(alpha), false_alarm) << under_null.by_smaller_se.count;
  EXPECT_LT(with_effect.by_narrow_limits.p_value(1.0 - alpha), false_alarm)
      << with_effect.by_narrow_limits.count;
}

TEST(StatisticalMeanDifference, PooledIsExact) {
  NormalTrials kind{.sizes = {7, 5}, .sds = {2.0, 2.0}, .effects = {0.0, 0.0}};
  const Behaviour under_null = behaviour(kind, 1, pooled);
  kind.effects[1] = 1.5;
  expect_exact(under_null, behaviour(kind, 2, pooled));
}

TEST(StatisticalAncova, ComparedArmsAreExact) {
  NormalTrials kind{
      .sizes = {7, 6, 5}, .sds = {1.0, 1.0, 9.0}, .effects = {0.0, 0.0, 4.0}, .slope = 1.5, .sites = 2};
  const Behaviour under_null = behaviour(kind, 3, adjusted(ModelArms::compared));
  kind.effects[1] = -0.7;
  expect_exact(under_null, behaviour(kind, 4, adjusted(ModelArms::compared)));
}

TEST(StatisticalAncova, AllArmsAreExact) {
  NormalTrials kind{
      .sizes = {4, 5, 4}, .sds = {1.0, 1.0, 1.0}, .effects = {0.0, 0.0, 4.0}, .slope = 1.5, .sites = 2};
  const Behaviour under_null = behaviour(kind, 5, adjusted(ModelArms::all));
  kind.effects[1] = -0.7;
  expect_exact(under_null, behaviour(kind, 6, adjusted(ModelArms::all)));
}

/// The density of a chi-squared variable over its degrees of freedom.
double scaled_chi_squared_density(double x, double df) {
  const double half = 0.5 * df;
  return std::exp(half * std::log(half * x) - half * x - std::lgamma(half)) / x;
}

/// How often Welch's test truly rejects a true null: given the two sample variances the difference is normal,
/// so the probability is a mean over these two, here by the midpoint rule. Some 1e-5 off with this many
/// points.
double true_level_of_welch(double n0, double sd0, double n1, double sd1) {
  constexpr int points = 300;
  constexpr double highest =
      12.0;  // beyond it, variances of 4 degrees of freedom or more have a share below 1e-8
  constexpr double step = highest / points;
  const double variance = sd0 * sd0 / n0 + sd1 * sd1 / n1;
  double level = 0.0;
  for (int i = 0; i < points; ++i) {
    const double x0 = (i + 0.5) * step;
    const double v0 = x0 * sd0 * sd0 / n0;
    const double share = scaled_chi_squared_density(x0, n0 - 1.0) * step * step;
    for (int j = 0; j < points; ++j) {
      const double x1 = (j + 0.5) * step;
      const double v1 = x1 * sd1 * sd1 / n1;
      const double v = v0 + v1;
      const double df = v * v / (v0 * v0 / (n0 - 1.0) + v1 * v1 / (n1 - 1.0));
      const double reach = student_quantile(1.0 - 0.5 * alpha, df) * std::sqrt(v / variance);
      level += share * scaled_chi_squared_density(x1, n1 - 1.0) * 2.0 * normal_cdf(-reach);
    }
  }
  return level;
}

TEST(StatisticalMeanDifference, WelchRejectsAsOftenAsItShould) {
  NormalTrials kind{.sizes = {7, 6}, .sds = {1.0, 3.0}, .effects = {0.0, 0.0}};
  const double level = true_level_of_welch(7.0, 1.0, 6.0, 3.0);
  EXPECT_NEAR(level, alpha, 0.005);  // Welch's approximation is close, not exact
  const Behaviour under_null = behaviour(kind, 7, welch);
  EXPECT_GT(under_null.rejected.p_value(level), false_alarm) << under_null.rejected.count;
  EXPECT_LT(under_null.by_normal_law.p_value(level), false_alarm);
  EXPECT_LT(under_null.by_smaller_se.p_value(level), false_alarm);
  kind.effects[1] = 2.0;
  const Behaviour with_effect = behaviour(kind, 8, welch);
  EXPECT_GT(with_effect.covered.p_value(1.0 - level), false_alarm) << with_effect.covered.count;
  EXPECT_LT(with_effect.by_narrow_limits.p_value(1.0 - level), false_alarm);
  // Twin: the pooled test, whose assumption these trials break.
  EXPECT_LT(behaviour(kind, 8, pooled).covered.p_value(1.0 - level), false_alarm);
}

/// How often a question is answered with yes at 2.5 %, one-sided.
Frequency yes(const NormalTrials& kind, std::uint64_t seed, TestKind test, Direction better, double margin) {
  Frequency rejected;
  const Question question(test, better, margin, Level{0.025, 1});
  for_each_trial(kind, seed, question, pooled,
                 [&](const Estimate& estimate) { rejected.add(estimate.p <= 0.025); });
  return rejected;
}

TEST(StatisticalQuestion, IsAnsweredWronglyAsOftenAsAllowedOnTheMargin) {
  const auto higher = Direction::higher_better;
  const auto lower = Direction::lower_better;
  const NormalTrials worse{.sizes = {8, 8}, .sds = {1.0, 1.0}, .effects = {0.0, -2.5}};
  const NormalTrials better{.sizes = {8, 8}, .sds = {1.0, 1.0}, .effects = {0.0, 2.5}};
  EXPECT_GT(yes(worse, 9, TestKind::noninferiority, higher, 2.5).p_value(0.025), false_alarm);
  EXPECT_GT(yes(better, 10, TestKind::noninferiority, lower, 2.5).p_value(0.025), false_alarm);
  EXPECT_GT(yes(better, 11, TestKind::superiority, higher, 2.5).p_value(0.025), false_alarm);
  // Five standard errors from the other margin, the second of the two one-sided tests never decides.
  EXPECT_GT(yes(better, 12, TestKind::equivalence, higher, 2.5).p_value(0.025), false_alarm);
  // Twin: the margin on the wrong side.
  EXPECT_LT(yes(better, 13, TestKind::noninferiority, higher, 2.5).p_value(0.025), false_alarm);
}

}  // namespace
}  // namespace equipoise::checks
