// Sizes found by simulated trials beside closed forms, and how often the interval of many searches holds
// them.

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "tests/statistical/study/searched.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

using checks::closed_form;
using checks::searched;
using checks::two_arms;

constexpr const char* groups_in_one_arm = R"(
title     = "Groups of ten in one arm"
condition = "textbook"
[cohort]
profile      = "standard"
participants = 200
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
size         = 10
minimum      = 10
longest_wait = 104
icc          = 0.1
[[hypothesis]]
name     = "Higher"
endpoint = "outcome"
visit    = 12
compare  = ["Groups", "Control"]
analysis = { method = "mixed", df = "satterthwaite" }
)";

constexpr const char* four_visits = R"(
title     = "Four visits, linear dropout"
condition = "textbook"
[cohort]
profile      = "standard"
participants = 200
[schedule]
visits    = [3, 6, 9, 12]
endpoints = ["outcome"]
[[arm]]
name    = "Treatment"
therapy = "treatment"
[[arm]]
name    = "Control"
therapy = "control"
[dropout]
retention = 0.6
[[hypothesis]]
name     = "Higher"
endpoint = "outcome"
visit    = 12
compare  = ["Treatment", "Control"]
analysis = { method = "mmrm", covariance = "unstructured", df = "satterthwaite" }
)";

/// Whether the closed form is within the answer's error, at the false-alarm rate of these tests, and within
/// the closed form's own, a share of it.
testing::AssertionResult agrees(const SizeAnswer& answer, double expected, double own_error = 0.0) {
  if (answer.outcome != SizeOutcome::found || !answer.precise) {
    return testing::AssertionFailure() << "no answer after " << answer.trials << " trials";
  }
  // The whole numbers that the interval is told in add half of one.
  const double error = (0.5 * (answer.upper - answer.lower) + 0.5) / normal_quantile(0.975);
  const double allowed = checks::standard_errors_allowed() * error + own_error * expected;
  if (std::abs(answer.exact - expected) <= allowed) return testing::AssertionSuccess();
  return testing::AssertionFailure() << answer.exact << " is not " << expected << " to " << allowed;
}

/// A twentieth of the effect less or more, as a negative control: a tenth of the size.
const std::vector<std::string> weaker{"therapy.treatment.effect.outcome=0.45"};

TEST(SizeOf, TwoMeansIsTheNoncentralT) {
  const double expected = closed_form("two_means");
  EXPECT_TRUE(agrees(searched(two_arms, 1, {}, 2.0), expected));
  EXPECT_FALSE(agrees(searched(two_arms, 1, weaker, 2.0), expected));
}

TEST(SizeOf, AncovaIsThatOfWhatBaselineLeaves) {
  const std::vector<std::string> ancova{
      R"(hypothesis.1.analysis={ method = "ancova", adjust = ["baseline"] })"};
  const double expected = closed_form("ancova");
  EXPECT_TRUE(agrees(searched(two_arms, 2, ancova, 1.5), expected));
  EXPECT_FALSE(agrees(searched(two_arms, 2, {}, 1.5), expected));
}

TEST(SizeOf, NoninferiorityIsThatOfTheDistanceToTheMargin) {
  const std::vector<std::string> noninferior{"hypothesis.1.test=noninferiority", "hypothesis.1.margin=0.3",
                                             "therapy.treatment.effect.outcome=0.2"};
  std::vector<std::string> closer = noninferior;
  closer.back() = "therapy.treatment.effect.outcome=0.15";
  const double expected = closed_form("noninferiority");
  EXPECT_TRUE(agrees(searched(two_arms, 3, noninferior, 2.0), expected));
  EXPECT_FALSE(agrees(searched(two_arms, 3, closer, 2.0), expected));
}

TEST(SizeOf, TwoProportionsIsTheSumOverEveryOutcome) {
  const std::vector<std::string> responders{"hypothesis.1.endpoint=response",
                                            R"(hypothesis.1.analysis={ method = "proportions" })",
                                            R"(schedule.endpoints=["response"])"};
  std::vector<std::string> fewer = responders;
  fewer.push_back("therapy.treatment.effect.response=0.36");
  const double expected = closed_form("two_proportions");
  // The line through the saw of its powers is a hundredth of a point off at the most.
  EXPECT_TRUE(agrees(searched(two_arms, 4, responders, 6.0), expected, 0.002));
  EXPECT_FALSE(agrees(searched(two_arms, 4, fewer, 6.0), expected, 0.002));
}

TEST(SizeOf, GroupsInOneArmIsTheirDesignEffect) {
  const double expected = closed_form("partially_nested");
  // Satterthwaite's degrees of freedom are estimated in the trial, and groups there may be incomplete.
  constexpr double own_error = 0.02;
  EXPECT_TRUE(agrees(searched(groups_in_one_arm, 5, {}, 5.0), expected, own_error));
  EXPECT_FALSE(agrees(searched(groups_in_one_arm, 5, {"groups.icc=0"}, 5.0), expected, own_error));
}

TEST(SizeOf, VisitsWithDropoutIsLuLuoAndChens) {
  const double expected = closed_form("mmrm_dropout");
  // Normal theory with a known covariance: what the trial must estimate costs it three participants or so.
  constexpr double own_error = 0.02;
  EXPECT_TRUE(agrees(searched(four_visits, 6, {}, 4.0), expected, own_error));
  EXPECT_FALSE(agrees(searched(four_visits, 6, {"dropout.retention=0.8"}, 4.0), expected, own_error));
}

/// How many of so many searches, each checked, hold the number in their interval.
int held(int searches, double number, const std::vector<std::string>& set) {
  int count = 0;
  for (int k = 0; k < searches; ++k) {
    const SizeAnswer answer = checks::searched_and_verified(two_arms, 100 + static_cast<std::uint64_t>(k),
                                                            checks::question_about_scenario(6.0), 500, set)
                                  .answer;
    // In whole numbers, as it is told.
    const double whole = std::ceil(number);
    count += answer.lower <= whole && whole <= answer.upper ? 1 : 0;
  }
  return count;
}

TEST(SizeInterval, HoldsTheClosedFormAsOftenAsItSays) {
  constexpr int searches = 100;
  const double expected = closed_form("two_means");
  // Told in whole numbers it is half of one wider on each side.
  const double wider = 2.0 * normal_cdf(normal_quantile(0.975) * 6.5 / 6.0) - 1.0;
  const int count = held(searches, expected, {});
  EXPECT_GT(1.0 - binomial_cdf(searches - count - 1.0, searches, 0.05), checks::one_in_a_million);
  EXPECT_GT(1.0 - binomial_cdf(count - 1.0, searches, wider), checks::one_in_a_million);
  // The twin's effect is a tenth smaller: its size is a quarter larger.
  EXPECT_LT(binomial_cdf(held(searches / 10, expected, weaker), searches / 10.0, 0.95),
            checks::one_in_a_million);
}

}  // namespace
}  // namespace equipoise
