#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/student_t.hpp"
#include "engine/run/run.hpp"
#include "engine/run/truth.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

using checks::one_in_a_million;

/// Trials a check: a power is then known to 0.0025 at the worst, so that one 0.02 off cannot hide at this
/// false-alarm rate, which the biased twins below prove.
constexpr std::uint64_t trials = 40'000;

Characteristics simulated(const std::string& scenario, std::vector<std::string> set = {}) {
  set.emplace_back("run.truth_participants=20000");
  Study study = shipped_study(scenario, set);
  study.options.trials = trials;
  study.options.precision.reset();
  const std::vector<TrueValue> truths =
      true_values(study.plan, study.options.seed, study.options.truth_participants, 0);
  const std::atomic<bool> stop = false;
  return run_trials(study.plan, truths, study.options, nullptr, stop, nullptr).characteristics;
}

/// The p value of the rejections that a run counted under the probability.
double p_of(const Simulated& power, double probability) {
  return checks::binomial_p(std::round(power.value * trials), trials, probability);
}

/// Two-sided pooled t test with n an arm and a difference of d SDs: noncentral t with 2n - 2 degrees of
/// freedom. The share that rejects in favour of the larger mean.
double t_test_power(double n, double d) {
  const double df = 2.0 * n - 2.0;
  return 1.0 - noncentral_t_cdf(student_quantile(0.975, df), df, d * std::sqrt(n / 2.0));
}

TEST(TwoNormalArms, PowerIsTheNoncentralT) {
  EXPECT_NEAR(t_test_power(64.0, 0.5), 0.80146, 5e-6);
  const Characteristics all = simulated("validation/two_normal_arms.toml");
  const TestCharacteristics& test = all.tests[0];
  EXPECT_GT(p_of(test.power, t_test_power(64.0, 0.5)), one_in_a_million);
  EXPECT_LT(p_of(test.power, t_test_power(64.0, 0.52)), one_in_a_million);
  EXPECT_LT(p_of(test.power, t_test_power(61.0, 0.5)), one_in_a_million);
}

TEST(TwoNormalArms, ATreatmentThatHarmsHasNoPower) {
  const std::string harm = "therapy.treatment.effect.outcome=-0.5";
  const TestCharacteristics test = simulated("validation/two_normal_arms.toml", {harm}).tests[0];
  EXPECT_TRUE(test.wrong_side);
  EXPECT_FALSE(test.null_is_true);
  EXPECT_GT(p_of(test.harm, t_test_power(64.0, 0.5)), one_in_a_million);
  EXPECT_GT(p_of(test.power, t_test_power(64.0, -0.5)), one_in_a_million);
  EXPECT_LT(p_of(test.rejection_rate, t_test_power(64.0, -0.5)), one_in_a_million);
  // As if it were wanted: who counts either direction calls it power.
  const TestCharacteristics either =
      simulated("validation/two_normal_arms.toml", {harm, "hypothesis.1.power_counts=either"}).tests[0];
  EXPECT_EQ(either.power.value, test.rejection_rate.value);
}

TEST(TwoNormalArms, ASmallEffectIsShownInTheRightDirectionLessOftenThanItRejects) {
  const TestCharacteristics test =
      simulated("validation/two_normal_arms.toml", {"therapy.treatment.effect.outcome=0.05"}).tests[0];
  const double benefit = t_test_power(64.0, 0.05);
  const double harm = t_test_power(64.0, -0.05);
  EXPECT_FALSE(test.wrong_side);
  EXPECT_GT(p_of(test.power, benefit), one_in_a_million);
  EXPECT_GT(p_of(test.harm, harm), one_in_a_million);
  EXPECT_GT(p_of(test.rejection_rate, benefit + harm), one_in_a_million);
  EXPECT_LT(p_of(test.power, benefit + harm), one_in_a_million);  // the twin that counts both
}

TEST(TwoNormalArms, TheEstimateIsUnbiasedAndItsErrorIsKnown) {
  const Characteristics all = simulated("validation/two_normal_arms.toml");
  const TestCharacteristics& test = all.tests[0];
  EXPECT_NEAR(test.truth.value, 0.5, 1e-12);
  EXPECT_NEAR(test.bias.value, 0.0, checks::standard_errors_allowed() * test.bias.mcse);
  const double standard_error = std::sqrt(2.0 / 64.0);
  EXPECT_GT(checks::variance_p(test.empirical_se.value * test.empirical_se.value, trials,
                               standard_error * standard_error),
            one_in_a_million);
  EXPECT_NEAR(test.model_se.value, standard_error, checks::standard_errors_allowed() * test.model_se.mcse);
  EXPECT_GT(p_of(test.coverage, 0.95), one_in_a_million);
}

TEST(TwoNormalArms, ABiasedTwinFails) {
  const Characteristics all =
      simulated("validation/two_normal_arms.toml", {"therapy.treatment.effect.outcome=0.53"});
  EXPECT_LT(p_of(all.tests[0].power, t_test_power(64.0, 0.5)), one_in_a_million);
}

TEST(TwoNormalArms, NoninferiorityHasThePowerOfTheDistanceToItsMargin) {
  const Characteristics all = simulated("validation/two_normal_arms.toml",
                                        {"hypothesis.1.test=noninferiority", "hypothesis.1.margin=0.3",
                                         "therapy.treatment.effect.outcome=0.2"});
  const double one_sided =
      1.0 - noncentral_t_cdf(student_quantile(0.975, 126.0), 126.0, 0.5 * std::sqrt(64.0 / 2.0));
  EXPECT_GT(p_of(all.tests[0].power, one_sided), one_in_a_million);
  EXPECT_FALSE(all.tests[0].null_is_true);
}

TEST(TwoNormalArms, NoninferiorityAtItsMarginErrsAtHalfOfTheTwoSidedLevel) {
  const Characteristics all = simulated("validation/two_normal_arms.toml",
                                        {"hypothesis.1.test=noninferiority", "hypothesis.1.margin=0.3",
                                         "therapy.treatment.effect.outcome=-0.3"});
  EXPECT_TRUE(all.tests[0].null_is_true);
  EXPECT_GT(p_of(all.tests[0].power, 0.025), one_in_a_million);
  EXPECT_LT(p_of(all.tests[0].power, 0.03), one_in_a_million);
}

TEST(Ancova, HasTheErrorThatTheBaselineLeaves) {
  const Characteristics all = simulated("validation/ancova_speed.toml", {"dropout.retention=1"});
  // Baseline correlates 0.6 with month 12, and the arms' baselines differ by chance: the slope's part is 1 /
  // (N - 4).
  const double variance = (1.0 - 0.6 * 0.6) * (2.0 / 200.0) * (1.0 + 1.0 / 396.0);
  const double se = all.tests[0].empirical_se.value;
  EXPECT_GT(checks::variance_p(se * se, trials, variance), one_in_a_million);
  EXPECT_LT(checks::variance_p(se * se, trials, 1.06 * variance), one_in_a_million);
  EXPECT_GT(p_of(all.tests[0].coverage, 0.95), one_in_a_million);
}

/// The score test's power with n an arm, by adding up every outcome that it rejects.
double score_test_power(int n, double p, double q) {
  const auto law = [n](double probability) {
    std::vector<double> of(static_cast<std::size_t>(n) + 1);
    for (int k = 0; k <= n; ++k) {
      of[static_cast<std::size_t>(k)] =
          std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                   k * std::log(probability) + (n - k) * std::log1p(-probability));
    }
    return of;
  };
  const std::vector<double> treated = law(p);
  const std::vector<double> control = law(q);
  const double critical = normal_quantile(0.975);
  double power = 0.0;
  for (int a = 0; a <= n; ++a) {
    for (int b = 0; b <= n; ++b) {
      const double pooled = (a + b) / (2.0 * n);
      const double se = std::sqrt(pooled * (1.0 - pooled) * 2.0 / n);
      if (se > 0.0 && std::abs(a - b) / (n * se) >= critical) {
        power += treated[static_cast<std::size_t>(a)] * control[static_cast<std::size_t>(b)];
      }
    }
  }
  return power;
}

TEST(TwoProportions, PowerIsTheSumOverEveryOutcome) {
  const Characteristics all = simulated("validation/two_proportions.toml");
  EXPECT_GT(p_of(all.tests[0].power, score_test_power(160, 0.45, 0.30)), one_in_a_million);
  EXPECT_LT(p_of(all.tests[0].power, score_test_power(160, 0.46, 0.30)), one_in_a_million);
  EXPECT_LT(p_of(all.tests[0].power, score_test_power(145, 0.45, 0.30)), one_in_a_million);
  EXPECT_NEAR(all.tests[0].truth.value, 0.15, checks::standard_errors_allowed() * all.tests[0].truth.mcse);
  EXPECT_NEAR(all.tests[0].bias.value, 0.0, checks::standard_errors_allowed() * all.tests[0].bias.mcse);
}

TEST(TwoProportions, ABiasedTwinFails) {
  const Characteristics all =
      simulated("validation/two_proportions.toml", {"therapy.treatment.effect.response=0.43"});
  EXPECT_LT(p_of(all.tests[0].power, score_test_power(160, 0.45, 0.30)), one_in_a_million);
}

TEST(Null, EveryTestRejectsAtItsLevel) {
  const Characteristics all = simulated("validation/null.toml");
  ASSERT_EQ(all.tests.size(), 3U);
  for (const TestCharacteristics& test : all.tests) {
    EXPECT_TRUE(test.null_is_true) << test.name;
    // The t tests are exact but for the score's steps and Welch's degrees of freedom, which at 40 an arm move
    // the level by less than 0.0002, a fifth of the error of this many trials.
    EXPECT_GT(p_of(test.analyses.front().rejection_rate, 0.05), one_in_a_million) << test.name;
    EXPECT_LT(p_of(test.analyses.front().rejection_rate, 0.06), one_in_a_million) << test.name;
    EXPECT_GT(p_of(test.coverage, 0.95), one_in_a_million) << test.name;
  }
}

TEST(Null, HolmKeepsTheFamily) {
  const Characteristics all = simulated("validation/null.toml");
  const double at_least =
      1.0 - binomial_cdf(std::round(all.familywise_error.value * trials) - 1.0, trials, 0.05);
  EXPECT_GT(at_least, one_in_a_million);
  EXPECT_GT(all.familywise_error.value, 0.0);
  // Every null is true: any rejection is an error, in one direction about as often as in the other.
  EXPECT_GT(all.any.value, 0.3 * all.familywise_error.value);
  EXPECT_LT(all.any.value, 0.7 * all.familywise_error.value);
}

TEST(Null, WithoutHolmTheFamilyIsNotKept) {
  const Characteristics all = simulated("validation/null.toml", {"testing.method=none"});
  const double at_least =
      1.0 - binomial_cdf(std::round(all.familywise_error.value * trials) - 1.0, trials, 0.05);
  EXPECT_LT(at_least, one_in_a_million);
}

TEST(Null, AnEffectIsNoTypeOneError) {
  const Characteristics all =
      simulated("validation/null.toml", {"therapy.control.effect.outcome=0.0", "arm.A.therapy=treatment",
                                         "therapy.treatment.effect.outcome=0.1"});
  EXPECT_FALSE(all.tests[0].null_is_true);
  EXPECT_LT(p_of(all.tests[0].analyses.front().rejection_rate, 0.05), one_in_a_million);
}

}  // namespace
}  // namespace equipoise
