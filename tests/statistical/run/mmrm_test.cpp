// Models over visits in the long run: exact where theory is exact, near where it is near, wrong where it
// should be.

#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/run/run.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

using checks::one_in_a_million;

constexpr std::uint64_t trials = 100'000;

TestCharacteristics under_the_null(std::vector<std::string> set) {
  Study study = shipped_study("validation/mmrm_null.toml", set);
  study.options.trials = trials;
  // Nobody is treated: the true value is zero.
  const std::vector<TrueValue> truths(study.plan.tests.size());
  const std::atomic<bool> stop = false;
  return run_trials(study.plan, truths, study.options, nullptr, stop, nullptr).characteristics.tests[0];
}

double p_of(const Simulated& share, double probability) {
  return checks::binomial_p(std::round(share.value * trials), trials, probability);
}

TEST(CompleteData, KenwardRogerIsExactAndCoversExactly) {
  // Without loss the model is an analysis of covariance of each visit, and its test Student's.
  const TestCharacteristics test = under_the_null({"dropout.retention=1"});
  for (const std::size_t exact : {std::size_t{0}, std::size_t{1}, std::size_t{4}}) {
    EXPECT_GT(p_of(test.analyses[exact].rejection_rate, 0.05), one_in_a_million) << test.analyses[exact].name;
    EXPECT_GT(p_of(test.analyses[exact].coverage, 0.95), one_in_a_million) << test.analyses[exact].name;
  }
  // The negative controls: too many degrees of freedom, a covariance that is not the data's.
  EXPECT_LT(p_of(test.analyses[2].rejection_rate, 0.05), one_in_a_million);
  EXPECT_LT(p_of(test.analyses[3].rejection_rate, 0.05), one_in_a_million);
}

TEST(SmallTrialsWithDropout, KenwardRogerIsNearAndSatterthwaiteLessSo) {
  const TestCharacteristics test = under_the_null({});
  // 20 an arm of whom 12 stay. Kenward and Roger's is an approximation: within a quarter of a percentage
  // point.
  EXPECT_NEAR(test.analyses[0].rejection_rate.value, 0.05, 0.0025);
  EXPECT_NEAR(test.analyses[0].coverage.value, 0.95, 0.0025);
  // Satterthwaite's standard error does not know that the covariance was estimated.
  EXPECT_LT(p_of(test.analyses[1].rejection_rate, 0.0525), one_in_a_million);
  // On the same participants the difference is known far better than either.
  EXPECT_GT(test.analyses[1].difference.rejection_rate.value,
            10.0 * test.analyses[1].difference.rejection_rate.mcse);
  EXPECT_LT(test.analyses[1].difference.rejection_rate.mcse, 0.5 * test.analyses[1].rejection_rate.mcse);
}

}  // namespace
}  // namespace equipoise
