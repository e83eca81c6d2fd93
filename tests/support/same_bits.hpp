#pragma once

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "engine/characteristics/characteristics.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise::checks {

/// Bit by bit, so that two NaNs are the same and 0 and -0 are not.
[[nodiscard]] inline bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

[[nodiscard]] inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

[[nodiscard]] inline bool same_bits(const Simulated& a, const Simulated& b) {
  return same_bits(a.value, b.value) && same_bits(a.mcse, b.mcse);
}

[[nodiscard]] inline bool same_bits(const Estimate& a, const Estimate& b) {
  return same_bits(a.value, b.value) && same_bits(a.se, b.se) && same_bits(a.df, b.df) &&
         same_bits(a.statistic, b.statistic) && same_bits(a.p, b.p) && same_bits(a.lower, b.lower) &&
         same_bits(a.upper, b.upper) && a.status == b.status;
}

[[nodiscard]] inline bool same_bits(const TestOutcome& a, const TestOutcome& b) {
  return same_bits(a.estimate, b.estimate) && same_bits(a.p_adjusted, b.p_adjusted) &&
         a.rejected == b.rejected && a.rejected_alone == b.rejected_alone && a.shown == b.shown;
}

inline void expect_same_bits(const TestCharacteristics& a, const TestCharacteristics& b) {
  EXPECT_TRUE(same_bits(a.truth, b.truth));
  EXPECT_EQ(a.null_is_true, b.null_is_true);
  EXPECT_TRUE(same_bits(a.power, b.power));
  EXPECT_TRUE(same_bits(a.harm, b.harm));
  EXPECT_TRUE(same_bits(a.rejection_rate, b.rejection_rate));
  EXPECT_TRUE(same_bits(a.power_alone, b.power_alone));
  EXPECT_TRUE(same_bits(a.mean_estimate, b.mean_estimate));
  EXPECT_TRUE(same_bits(a.bias, b.bias));
  EXPECT_TRUE(same_bits(a.empirical_se, b.empirical_se));
  EXPECT_TRUE(same_bits(a.model_se, b.model_se));
  EXPECT_TRUE(same_bits(a.coverage, b.coverage));
  EXPECT_EQ(a.status, b.status);
}

inline void expect_same_bits(const ArmSummary& a, const ArmSummary& b) {
  EXPECT_TRUE(same_bits(a.enrolled, b.enrolled));
  EXPECT_TRUE(same_bits(a.retention, b.retention));
  EXPECT_TRUE(same_bits(a.sessions_mean, b.sessions_mean));
  EXPECT_TRUE(same_bits(a.never_attended, b.never_attended));
  EXPECT_TRUE(same_bits(a.groups, b.groups));
  EXPECT_TRUE(same_bits(a.group_size, b.group_size));
  EXPECT_TRUE(same_bits(a.wait, b.wait));
  ASSERT_EQ(a.endpoints.size(), b.endpoints.size());
  for (std::size_t e = 0; e < a.endpoints.size(); ++e) {
    EXPECT_TRUE(same_bits(a.endpoints[e].mean, b.endpoints[e].mean));
    EXPECT_TRUE(same_bits(a.endpoints[e].sd, b.endpoints[e].sd));
    EXPECT_TRUE(same_bits(a.endpoints[e].observed, b.endpoints[e].observed));
  }
}

inline void expect_same_bits(const Characteristics& a, const Characteristics& b) {
  EXPECT_EQ(a.trials, b.trials);
  EXPECT_TRUE(same_bits(a.any, b.any));
  EXPECT_TRUE(same_bits(a.familywise_error, b.familywise_error));
  EXPECT_TRUE(same_bits(a.all, b.all));
  ASSERT_EQ(a.tests.size(), b.tests.size());
  for (std::size_t h = 0; h < a.tests.size(); ++h) expect_same_bits(a.tests[h], b.tests[h]);
  ASSERT_EQ(a.arms.size(), b.arms.size());
  for (std::size_t arm = 0; arm < a.arms.size(); ++arm) expect_same_bits(a.arms[arm], b.arms[arm]);
}

}  // namespace equipoise::checks
