// True values on the scale of the estimate: odds, ratios of risks, pairs won.

#include <atomic>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/run/run.hpp"
#include "engine/run/truth.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

using checks::one_in_a_million;

constexpr std::uint64_t trials = 20'000;
constexpr double treated = 0.45;
constexpr double control = 0.30;

double log_odds(double p) {
  return std::log(p / (1.0 - p));
}

TestCharacteristics simulated(const std::string& scenario, const std::string& analysis) {
  Study study =
      shipped_study(scenario, {"hypothesis.1.analysis=" + analysis, "run.truth_participants=100000"});
  study.options.trials = trials;
  study.options.precision.reset();
  const std::vector<TrueValue> truths =
      true_values(study.plan, study.options.seed, study.options.truth_participants, 0);
  const std::atomic<bool> stop = false;
  return run_trials(study.plan, truths, study.options, nullptr, stop, nullptr).characteristics.tests[0];
}

/// What a measure of two arms of 160 has on average and how often its Wald interval holds a value, by adding
/// up every outcome.
struct Enumerated {
  double mean = 0.0;
  double coverage = 0.0;
};
Enumerated enumerated(double truth, const std::function<double(double)>& link,
                      const std::function<double(double)>& variance) {
  constexpr int n = 160;
  const auto law = [](int k, double p) {
    return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + k * std::log(p) +
                    (n - k) * std::log1p(-p));
  };
  const double z = normal_quantile(0.975);
  Enumerated of;
  for (int a = 1; a < n; ++a) {
    for (int b = 1; b < n; ++b) {
      const double share = law(a, treated) * law(b, control);
      const double p = a / static_cast<double>(n);
      const double q = b / static_cast<double>(n);
      const double estimate = link(p) - link(q);
      of.mean += share * estimate;
      const double se = std::sqrt((variance(p) + variance(q)) / n);
      of.coverage += std::abs(estimate - truth) <= z * se ? share : 0.0;
    }
  }
  return of;
}

void expect_enumerated(const TestCharacteristics& test, double truth, const Enumerated& expected) {
  const double allowed = checks::standard_errors_allowed();
  EXPECT_NEAR(test.truth.value, truth, allowed * test.truth.mcse);
  EXPECT_LT(test.truth.mcse, 0.02);
  EXPECT_NEAR(test.mean_estimate.value, expected.mean, allowed * test.mean_estimate.mcse);
  EXPECT_NEAR(test.bias.value, expected.mean - truth, allowed * test.bias.mcse);
}

/// The simulated true value differs a little from the exact one; the coverage, which is greatest next to the
/// truth, by far less than this many trials can tell.
double p_of_coverage(const TestCharacteristics& test, double probability) {
  return checks::binomial_p(std::round(test.coverage.value * trials), trials, probability);
}

TEST(OddsRatio, IsHeldAgainstTheLogOddsRatio) {
  const TestCharacteristics test =
      simulated("validation/two_proportions.toml", R"({method="logistic",measure="odds_ratio",se="model"})");
  const double truth = log_odds(treated) - log_odds(control);
  const auto variance = [](double p) { return 1.0 / (p * (1.0 - p)); };
  const Enumerated expected = enumerated(truth, log_odds, variance);
  expect_enumerated(test, truth, expected);
  EXPECT_GT(p_of_coverage(test, expected.coverage), one_in_a_million);
  // Held against the difference of the risks few intervals would hold their truth.
  EXPECT_LT(p_of_coverage(test, enumerated(treated - control, log_odds, variance).coverage),
            one_in_a_million);
}

TEST(RiskRatio, IsHeldAgainstTheLogRatioOfTheRisks) {
  const TestCharacteristics test =
      simulated("validation/two_proportions.toml", R"({method="logistic",measure="risk_ratio",se="model"})");
  const double truth = std::log(treated / control);
  const auto variance = [](double p) { return (1.0 - p) / p; };
  const Enumerated expected = enumerated(
      truth, [](double p) { return std::log(p); }, variance);
  expect_enumerated(test, truth, expected);
  EXPECT_GT(p_of_coverage(test, expected.coverage), one_in_a_million);
}

TEST(EstimatingEquations, WithTheLogitAreHeldAgainstTheLogOddsRatio) {
  const TestCharacteristics test =
      simulated("validation/two_proportions.toml", R"({method="gee",correction="none",df="normal"})");
  const double truth = log_odds(treated) - log_odds(control);
  const auto variance = [](double p) { return 1.0 / (p * (1.0 - p)); };
  expect_enumerated(test, truth, enumerated(truth, log_odds, variance));
}

TEST(RankSum, IsHeldAgainstTheShareOfPairsWon) {
  const TestCharacteristics test = simulated("validation/two_normal_arms.toml", R"({method="rank_sum"})");
  const double truth = normal_cdf(0.5 / std::sqrt(2.0)) - 0.5;
  EXPECT_NEAR(test.truth.value, truth, checks::standard_errors_allowed() * test.truth.mcse);
  EXPECT_LT(test.truth.mcse, 0.001);
  EXPECT_NEAR(test.bias.value, 0.0, checks::standard_errors_allowed() * test.bias.mcse);
  EXPECT_GT(test.coverage.value, 0.93);
  EXPECT_LT(test.coverage.value, 0.96);
}

/// How the true values of many seeds scatter beside what they say of their own error. Groups share a third of
/// the variance.
double p_of_scatter(double understated) {
  const Study study = shipped_study("validation/two_proportions.toml",
                                    {"arm.Treatment.therapy=group_treatment", "groups.icc=0.3",
                                     "hypothesis.1.analysis={method=\"logistic\"}"});
  Moments value;
  Moments squared_error;
  constexpr int seeds = 100;
  for (int seed = 1; seed <= seeds; ++seed) {
    const Simulated truth =
        true_values(study.plan, static_cast<std::uint64_t>(seed), 20'000, 0)[0].log_odds_ratio;
    value.add(truth.value);
    squared_error.add(truth.mcse * truth.mcse);
  }
  return checks::variance_p(value.variance(), seeds, squared_error.mean() / (understated * understated));
}

TEST(LogOddsRatio, KnowsItsOwnError) {
  EXPECT_GT(p_of_scatter(1.0), one_in_a_million);
  EXPECT_LT(p_of_scatter(2.0), one_in_a_million);
}

}  // namespace
}  // namespace equipoise
