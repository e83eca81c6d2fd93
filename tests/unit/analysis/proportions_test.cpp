#include "engine/analysis/proportions.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"

namespace equipoise {
namespace {

struct WorkedExample {
  int yes;
  int count;
  int yes_comparator;
  int count_comparator;
  double lower;
  double upper;
};

// Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10: 95 % limits to four decimals.
constexpr std::array<WorkedExample, 8> newcombe_1998{{{56, 70, 48, 80, 0.0524, 0.3339},
                                                      {9, 10, 3, 10, 0.1705, 0.8090},
                                                      {6, 7, 2, 7, 0.0582, 0.8062},
                                                      {5, 56, 0, 29, -0.0381, 0.1926},
                                                      {0, 10, 0, 20, -0.1611, 0.2775},
                                                      {0, 10, 0, 10, -0.2775, 0.2775},
                                                      {10, 10, 0, 20, 0.6791, 1.0000},
                                                      {10, 10, 0, 10, 0.6075, 1.0000}}};

TEST(Proportions, ReproducesNewcombesWorkedExamples) {
  for (const WorkedExample& example : newcombe_1998) {
    const Estimate estimate = analyse(
        MadeUpTrial::counts(example.yes, example.count, example.yes_comparator, example.count_comparator),
        ProportionsOptions{});
    EXPECT_EQ(estimate.status, FitStatus::ok);
    EXPECT_NEAR(estimate.lower, example.lower, 0.5e-4);  // half of the last printed digit
    EXPECT_NEAR(estimate.upper, example.upper, 0.5e-4);
  }
}

TEST(Proportions, NobodyOrEverybodyInBothArmsIsNoEvidence) {
  for (const auto& trial : {MadeUpTrial::counts(0, 10, 0, 20), MadeUpTrial::counts(10, 10, 20, 20)}) {
    const Estimate estimate = analyse(trial, ProportionsOptions{});
    EXPECT_EQ(estimate.status, FitStatus::ok);
    EXPECT_EQ(estimate.value, 0.0);
    EXPECT_EQ(estimate.se, 0.0);
    EXPECT_EQ(estimate.statistic, 0.0);
    EXPECT_EQ(estimate.p, 1.0);
    EXPECT_EQ(estimate.df, std::numeric_limits<double>::infinity());
  }
}

TEST(Proportions, TheScoreTestIsThePearsonChiSquare) {
  // 15/20 against 5/20: chi-square = 40 (15 * 15 - 5 * 5)^2 / 20^4 = 10.
  const Estimate estimate = analyse(MadeUpTrial::counts(15, 20, 5, 20), ProportionsOptions{});
  EXPECT_DOUBLE_EQ(estimate.statistic * estimate.statistic, 10.0);
  EXPECT_DOUBLE_EQ(estimate.value, 0.5);
  EXPECT_DOUBLE_EQ(estimate.se, std::sqrt(2.0 * 0.75 * 0.25 / 20.0));
}

TEST(Proportions, AVanishingMarginIsNoMargin) {
  const MadeUpTrial trial = MadeUpTrial::counts(17, 40, 9, 31);
  const auto p = [&](double margin) {
    const Question question(TestKind::noninferiority, Direction::higher_better, margin, Level{});
    return analyse(trial, ProportionsOptions{}, question).p;
  };
  EXPECT_NEAR(p(1e-9), p(0.0), 1e-8);  // p moves by some 5 a unit of the margin
}

// At each margin the score must be the largest likelihood's: symmetric data on the margin give exactly
// nothing.
TEST(Proportions, AnEstimateOnTheMarginIsNoEvidence) {
  for (const int yes : {10, 15, 20}) {
    const Question question(TestKind::noninferiority, Direction::higher_better, 0.25, Level{});
    const Estimate estimate =
        analyse(MadeUpTrial::counts(yes, 40, yes + 10, 40), ProportionsOptions{}, question);
    EXPECT_NEAR(estimate.statistic, 0.0, 1e-12);
    EXPECT_NEAR(estimate.p, 0.5, 1e-12);
  }
}

TEST(Proportions, EveryTableAndMarginHasAnAnswer) {
  for (const double margin : {0.001, 0.1, 0.5, 0.999, 1.0}) {
    for (const Direction better : {Direction::lower_better, Direction::higher_better}) {
      const Question question(TestKind::noninferiority, better, margin, Level{});
      for (int yes = 0; yes <= 5; ++yes) {
        for (int yes_comparator = 0; yes_comparator <= 4; ++yes_comparator) {
          const Estimate estimate =
              analyse(MadeUpTrial::counts(yes, 5, yes_comparator, 4), ProportionsOptions{}, question);
          EXPECT_TRUE(estimate.p >= 0.0 && estimate.p <= 1.0)
              << yes << " " << yes_comparator << " " << margin;
          EXPECT_LE(estimate.lower, estimate.value);
          EXPECT_GE(estimate.upper, estimate.value);
        }
      }
    }
  }
}

/// `lost` of each arm's `count` were not seen.
MadeUpTrial with_lost(int yes, int count, int lost, int yes_comparator, int count_comparator,
                      int lost_comparator) {
  MadeUpTrial trial = MadeUpTrial::counts(yes, count, yes_comparator, count_comparator);
  const auto value = trial.data.values.at(EndpointId{0}, VisitId{1});
  for (int i = 0; i < lost; ++i) value[static_cast<std::size_t>(count - 1 - i)] = unseen;
  for (int i = 0; i < lost_comparator; ++i) value[value.size() - 1 - static_cast<std::size_t>(i)] = unseen;
  return trial;
}

const ProportionsOptions failures{ProportionsOptions::Missing::failure};

TEST(Proportions, WhoWasNotSeenFailedWhereAPlanSaysSo) {
  // 9 yes, 7 no and 4 unseen of 20; 5 yes, 4 no, 6 unseen of 15.
  const MadeUpTrial trial = with_lost(9, 20, 4, 5, 15, 6);
  const Estimate failed_all = analyse(trial, failures);
  const Estimate counted = analyse(MadeUpTrial::counts(9, 20, 5, 15), ProportionsOptions{});
  EXPECT_EQ(failed_all.value, counted.value);
  EXPECT_EQ(failed_all.p, counted.p);
  EXPECT_EQ(failed_all.lower, counted.lower);
  const Estimate left_out = analyse(trial, ProportionsOptions{});
  EXPECT_EQ(left_out.value, analyse(MadeUpTrial::counts(9, 16, 5, 9), ProportionsOptions{}).value);
}

TEST(Proportions, AFailureIsTheWorseAnswer) {
  const MadeUpTrial trial = with_lost(9, 20, 4, 5, 15, 6);
  Contrast contrast = first_contrast();
  contrast.better = Direction::lower_better;
  AnalysisWorkspace workspace;
  const Estimate estimate = analyse(trial.data, contrast, two_sided(), failures, workspace);
  EXPECT_EQ(estimate.value, analyse(MadeUpTrial::counts(13, 20, 11, 15), ProportionsOptions{}).value);
}

TEST(Proportions, WhoHasNoBaselineDidNotRespond) {
  // Halved pain is a response; the last of each arm has no baseline, the one before was not seen.
  std::vector<MadeUpTrial::Person> people;
  for (const std::uint8_t arm : {std::uint8_t{0}, std::uint8_t{1}}) {
    for (int i = 0; i < 8; ++i) {
      const double value = i < 2 + 3 * arm ? 2.0 : 6.0;
      people.push_back({.arm = arm, .value = i == 6 ? unseen : value, .baseline = i == 7 ? unseen : 8.0});
    }
  }
  const MadeUpTrial trial(people);
  Contrast contrast = first_contrast({Transform::Kind::responder, 0.5});
  contrast.better = Direction::lower_better;
  AnalysisWorkspace workspace;
  EXPECT_DOUBLE_EQ(analyse(trial.data, contrast, two_sided(), failures, workspace).value,
                   5.0 / 8.0 - 2.0 / 8.0);
  EXPECT_DOUBLE_EQ(analyse(trial.data, contrast, two_sided(), ProportionsOptions{}, workspace).value,
                   5.0 / 6.0 - 2.0 / 6.0);
}

}  // namespace
}  // namespace equipoise
