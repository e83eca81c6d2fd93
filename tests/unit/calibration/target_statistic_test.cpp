#include "engine/calibration/target_statistic.hpp"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/scenario/schema/document.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

/// Thirteen made-up participants of two arms, five therapy groups and two visits; arm 0 has one member who is
/// in no group. Values that nobody saw are below 0 here. tests/reference/calibration/statistics.R has the
/// same and says what R makes of them; what can be counted on the fingers is counted there.
class MadeUpTrial {
 public:
  MadeUpTrial() {
    design_.participants = people;
    design_.visits = {6.0, 12.0};
    design_.arms = {{"A", "cbt", 1}, {"B", "usual_care", 1}};
    Endpoint pain;
    pain.name = "pain";
    pain.better = Direction::lower_better;
    Endpoint strength = pain;
    strength.name = "strength";
    strength.better = Direction::higher_better;
    design_.endpoints = {pain, strength};
    trials_.data.resize(people, 2, 3);
    trials_.sessions = {8, 6, 0, 8, 7, 5, 4, 0, 0, 0, 0, 0, 0};
    for (std::size_t i = 0; i < people; ++i) fill(i);
  }

  [[nodiscard]] double of(const Target& target) const {
    Problems problems;
    const auto place = place_of_target(target, Value::make_table(), design_, problems);
    EXPECT_TRUE(place.has_value()) << checks::text_of(problems);
    return place ? statistic_of(target, *place, design_, trials_) : 0.0;
  }
  [[nodiscard]] const Design& design() const { return design_; }

 private:
  static constexpr std::size_t people = 13;

  void fill(std::size_t i) {
    constexpr std::array<std::uint8_t, people> arm{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    constexpr std::array<std::int32_t, people> group{0, 0, 0, 1, 1, 2, -1, 3, 3, 4, 4, 4, 4};
    constexpr std::array<std::array<double, people>, 3> pain{{
        {6, 5, 7, 8, 4, 6, 5, 7, 6, 5, 8, 4, 6},
        {4, 3, 5, 7, -1, 2, 5, 6, 6, 5, 7, 3, -1},
        {3, 3.5, -1, 6, -1, 3, 4, 7, 5, -1, 7.5, 4, -1},
    }};
    trials_.data.arm[i] = arm[i];
    trials_.data.group[i] = group[i];
    for (std::uint32_t v = 0; v < 3; ++v) {
      const double value = pain[v][i];
      if (value >= 0.0) trials_.data.seen[i] |= 1U << v;
      trials_.data.values.at(EndpointId{0}, VisitId{v})[i] = value >= 0.0 ? value : unseen;
      trials_.data.values.at(EndpointId{1}, VisitId{v})[i] = value >= 0.0 ? 10.0 - value : unseen;
    }
  }

  Design design_;
  PooledTrials trials_;
};

Target of_arm(const std::string& arm, Statistic statistic, std::vector<double> months,
              const std::string& endpoint = "pain") {
  Target target;
  target.id = "made_up";
  target.trial = "trial";
  target.role = TargetRole::fit;
  target.arm = arm;
  target.endpoint = endpoint;
  target.statistic = statistic;
  target.visit_months = {std::move(months)};
  return target;
}

Target of_contrast(Statistic statistic, std::vector<double> months, const std::string& endpoint = "pain") {
  Target target = of_arm("", statistic, std::move(months), endpoint);
  target.contrast = {"cbt", "usual_care"};
  return target;
}

// Sums of a dozen small numbers.
constexpr double rounding = 1e-12;

TEST(OneArm, MeanAndSpread) {
  const MadeUpTrial trial;
  EXPECT_NEAR(trial.of(of_arm("all", Statistic::mean, {0})), 77.0 / 13.0, rounding);
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::mean, {6})), 26.0 / 6.0, rounding);
  // Squared deviations of 7, 6, 5, 8, 4, 6 from 6: 1 + 0 + 1 + 4 + 4 + 0.
  EXPECT_NEAR(trial.of(of_arm("usual_care", Statistic::sd, {0})), std::sqrt(10.0 / 5.0), rounding);
  EXPECT_NEAR(trial.of(of_arm("all", Statistic::sd_ratio, {6})), 1.25897845016025, 1e-13);
}

TEST(OneArm, SeveralVisitsAreAveraged) {
  const MadeUpTrial trial;
  // Arm 0: 26/6 at month 6 and 19.5/5 at month 12.
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::mean, {6, 12})), (26.0 / 6.0 + 19.5 / 5.0) / 2.0, rounding);
}

TEST(OneArm, QuantilesAreValuesOfTheSample) {
  const MadeUpTrial trial;
  // 4 4 5 5 5 6 6 6 6 7 7 8 8: ranks 3, 6 and 9, counted from 0.
  EXPECT_EQ(trial.of(of_arm("all", Statistic::quartile_1, {0})), 5.0);
  EXPECT_EQ(trial.of(of_arm("all", Statistic::median, {0})), 6.0);
  EXPECT_EQ(trial.of(of_arm("all", Statistic::quartile_3, {0})), 7.0);
}

TEST(OneArm, SharesAreOfThoseSeen) {
  const MadeUpTrial trial;
  Target target = of_arm("cbt", Statistic::share, {6});
  target.at_least = 4.0;
  EXPECT_NEAR(trial.of(target), 4.0 / 6.0, rounding);  // 4, 5, 7, 5 of 4 3 5 7 2 5
  target.at_most = 5.0;
  EXPECT_NEAR(trial.of(target), 3.0 / 6.0, rounding);
  target.at_least.reset();
  EXPECT_NEAR(trial.of(target), 5.0 / 6.0, rounding);
}

TEST(OneArm, RetentionIsOfThoseEnrolled) {
  const MadeUpTrial trial;
  EXPECT_NEAR(trial.of(of_arm("all", Statistic::count_share, {6}, "retention")), 11.0 / 13.0, rounding);
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::count_share, {12}, "retention")), 5.0 / 7.0, rounding);
}

TEST(OneArm, AttendanceIsOfSessions) {
  const MadeUpTrial trial;
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::mean, {3}, "attendance")), 38.0 / 7.0, rounding);
  Target target = of_arm("cbt", Statistic::share, {3}, "attendance");
  target.at_least = 6.0;
  EXPECT_NEAR(trial.of(target), 4.0 / 7.0, rounding);
}

TEST(OneArm, Changes) {
  const MadeUpTrial trial;
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::mean_change, {12})), -2.1, rounding);
  EXPECT_NEAR(trial.of(of_arm("all", Statistic::relative_change, {6, 12})), -0.189951462678736, 1e-13);
  EXPECT_NEAR(trial.of(of_arm("all", Statistic::correlation, {6})), 0.702300871326035, 1e-13);
}

TEST(OneArm, RespondersAreThreeTenthsBetterWhicheverWayBetterIs) {
  const MadeUpTrial trial;
  // Pain falls 6 to 4, 5 to 3 and 6 to 2 by 0.3 of baseline or more; 7 to 5 and 8 to 7 do not, 5 stays.
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::responder_share, {6})), 3.0 / 6.0, rounding);
  // Strength is 10 less the pain: 4 to 6, 5 to 7, 3 to 5, 2 to 3 and 4 to 8 rise by 0.3 or more.
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::responder_share, {6}, "strength")), 5.0 / 6.0, rounding);
}

TEST(OneArm, IntraclassCorrelationIsThatOfTheAnalysisOfVariance) {
  const MadeUpTrial trial;
  EXPECT_NEAR(trial.of(of_arm("cbt", Statistic::intraclass_correlation, {0})), -1.2, rounding);
  EXPECT_NEAR(trial.of(of_arm("usual_care", Statistic::intraclass_correlation, {6})), -0.297297297297297,
              1e-13);
  EXPECT_NEAR(trial.of(of_arm("all", Statistic::intraclass_correlation, {6})), 0.434782608695652, 1e-13);
}

TEST(TwoArms, AdjustedDifferenceIsThatOfALinearModel) {
  const MadeUpTrial trial;
  const double one = -1.22178217821782;
  const double both = -1.49059405940594;
  EXPECT_NEAR(trial.of(of_contrast(Statistic::mean_difference, {6})), one, 1e-13);
  EXPECT_NEAR(trial.of(of_contrast(Statistic::mean_difference, {6, 12})), both, 1e-13);
  // Less pain is better, more strength too.
  EXPECT_NEAR(trial.of(of_contrast(Statistic::standardized_difference, {6})), -one / 1.11537411030586, 1e-12);
  EXPECT_NEAR(trial.of(of_contrast(Statistic::standardized_difference, {6, 12})), -both / 0.803226784492856,
              1e-12);
  EXPECT_NEAR(trial.of(of_contrast(Statistic::standardized_difference, {6, 12}, "strength")),
              -both / 0.803226784492856, 1e-12);
}

TEST(TwoArms, SharesAreComparedVisitByVisit) {
  const MadeUpTrial trial;
  Target target = of_contrast(Statistic::odds_ratio, {6, 12});
  target.at_most = 5.0;
  // 5/6 against 2/5 at month 6, 4/5 against 2/4 at month 12: the average of two log odds ratios.
  EXPECT_NEAR(trial.of(target), (std::log(5.0 / (2.0 / 3.0)) + std::log(4.0)) / 2.0, rounding);
  EXPECT_NEAR(trial.of(target), 1.70059869083108, 1e-13);
  target.statistic = Statistic::risk_difference;
  EXPECT_NEAR(trial.of(target), ((5.0 / 6.0 - 2.0 / 5.0) + (4.0 / 5.0 - 2.0 / 4.0)) / 2.0, rounding);
}

TEST(TwoArms, WhatNobodyShowsIsNotANumber) {
  MadeUpTrial trial;
  EXPECT_TRUE(std::isnan(trial.of(of_arm("cbt", Statistic::hazard_ratio, {6}))));
  EXPECT_TRUE(std::isnan(trial.of(of_contrast(Statistic::hazard_ratio, {6}))));
  // No member of the comparator is at strength 20 or more: no odds.
  Target target = of_contrast(Statistic::odds_ratio, {6}, "strength");
  target.at_least = 20.0;
  EXPECT_FALSE(std::isfinite(trial.of(target)));
}

TEST(PlaceOfTarget, SaysEverythingThatIsNotThereAndTheNearest) {
  const MadeUpTrial trial;
  Problems problems;
  const Value node = parse_toml(
      "arm = \"cbd\"\n"
      "endpoint = \"pian\"\n"
      "visit_months = [6, 9]\n",
      "evidence.toml", problems);
  const Target target = of_arm("cbd", Statistic::mean, {6, 9}, "pian");
  EXPECT_FALSE(place_of_target(target, node, trial.design(), problems));
  EXPECT_EQ(
      checks::text_of(problems),
      "evidence.toml:1:7: target 'made_up': no arm delivers 'cbd' in the scenario of 'trial'; did you "
      "mean 'cbt'?\n"
      "evidence.toml:2:12: target 'made_up': 'pian' is not measured in the scenario of 'trial'; did you "
      "mean 'pain'?\n"
      "evidence.toml:3:16: target 'made_up': there is no visit at month 9 in the scenario of 'trial'\n");
}

TEST(PlaceOfTarget, AnArmCannotBeComparedWithItself) {
  const MadeUpTrial trial;
  Problems problems;
  Target target = of_contrast(Statistic::mean_difference, {6});
  target.contrast = {"cbt", "all"};
  const Value node = parse_toml("contrast = [\"cbt\", \"all\"]\n", "evidence.toml", problems);
  EXPECT_FALSE(place_of_target(target, node, trial.design(), problems));
  EXPECT_EQ(
      checks::text_of(problems),
      "evidence.toml:1:12: target 'made_up': an arm is on both of its sides in the scenario of 'trial'\n");
}

TEST(PlaceOfTarget, FindsArmsVisitsAndBaseline) {
  const MadeUpTrial trial;
  Problems problems;
  const auto place =
      place_of_target(of_arm("all", Statistic::mean, {12, 0}), Value::make_table(), trial.design(), problems);
  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(place->arms, 0b11U);
  EXPECT_EQ(place->second_arms, 0U);
  EXPECT_EQ(place->visits, (std::vector<VisitId>{VisitId{2}, VisitId{0}}));
  EXPECT_EQ(place->endpoint, EndpointId{0});
}

}  // namespace
}  // namespace equipoise
