#include <atomic>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/run/run.hpp"
#include "engine/run/truth.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

using checks::one_in_a_million;

constexpr std::uint64_t trials = 20'000;

/// 64 people in eight full groups of eight, against 64 who meet nobody.
constexpr const char* eight_groups = R"(
title     = "Eight groups of eight against nobody"
condition = "textbook"
seed      = 6
[cohort]
profile      = "standard"
participants = 128
[schedule]
visits    = [12]
endpoints = ["outcome"]
[[arm]]
name    = "Groups"
therapy = "group_treatment"
[[arm]]
name    = "Control"
therapy = "control"
[groups]
size         = 8
minimum      = 8
longest_wait = 104
icc          = 0.2
[[hypothesis]]
name     = "Groups raise the outcome"
endpoint = "outcome"
visit    = 12
compare  = ["Groups", "Control"]
analysis = { method = "mean_difference", variance = "pooled" }
)";

Characteristics simulated(const std::vector<std::string>& set = {}) {
  Study study = study_from(eight_groups, set);
  study.options.trials = trials;
  const std::vector<TrueValue> truths = true_values(study.plan, study.options.seed, 10'000, 0);
  const std::atomic<bool> stop = false;
  return run_trials(study.plan, truths, study.options, nullptr, stop, nullptr).characteristics;
}

/// Of the difference of the arms' means: everybody has variance 1, and a group what makes the correlation.
double variance_of_difference(double icc) {
  return 2.0 / 64.0 + icc / (1.0 - icc) / 8.0;
}

TEST(EightGroups, AreFull) {
  const Characteristics all = simulated();
  EXPECT_EQ(all.arms[0].groups, 8.0);
  EXPECT_EQ(all.arms[0].group_size, 8.0);
  EXPECT_EQ(all.arms[1].groups, 0.0);
}

TEST(EightGroups, WhatTheyShareIsNoEffect) {
  const Characteristics all = simulated();
  EXPECT_NEAR(all.tests[0].truth.value, 0.5, 1e-12);
  EXPECT_NEAR(all.tests[0].bias.value, 0.0, checks::standard_errors_allowed() * all.tests[0].bias.mcse);
}

TEST(EightGroups, SpreadTheEstimateByTheirVariance) {
  const Characteristics all = simulated();
  const double se = all.tests[0].empirical_se.value;
  EXPECT_GT(checks::variance_p(se * se, trials, variance_of_difference(0.2)), one_in_a_million);
  EXPECT_LT(checks::variance_p(se * se, trials, variance_of_difference(0.15)), one_in_a_million);
  EXPECT_LT(checks::variance_p(se * se, trials, variance_of_difference(0.0)), one_in_a_million);
}

TEST(EightGroups, AreMoreThanAnAnalysisKnowsThatIgnoresThem) {
  const Characteristics all = simulated();
  EXPECT_LT(all.tests[0].model_se.value, 0.85 * all.tests[0].empirical_se.value);
  EXPECT_LT(all.tests[0].coverage.value, 0.90);
  const Characteristics alone = simulated({"groups.icc=0"});
  const double covered = alone.tests[0].coverage.value * trials;
  EXPECT_GT(checks::binomial_p(covered, trials, 0.95), one_in_a_million);
}

}  // namespace
}  // namespace equipoise
