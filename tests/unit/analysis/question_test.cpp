#include "engine/analysis/question.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

constexpr double estimate = 0.3;
constexpr double se = 0.2;

Question::Answer ask(const Question& question) {
  return question.ask([](double null) { return (estimate - null) / se; },
                      [](double z) { return normal_cdf(-z); });
}

TEST(Question, TwoSidedSuperiorityCountsBothTails) {
  const Question::Answer answer =
      ask(Question(TestKind::superiority, Direction::lower_better, 0.0, {0.05, 2}));
  EXPECT_DOUBLE_EQ(answer.statistic, 1.5);
  EXPECT_DOUBLE_EQ(answer.p, 2.0 * normal_cdf(-1.5));
}

TEST(Question, OneSidedSuperiorityLooksOnTheBetterSide) {
  EXPECT_DOUBLE_EQ(ask(Question(TestKind::superiority, Direction::higher_better, 0.0, {0.025, 1})).p,
                   normal_cdf(-1.5));
  EXPECT_DOUBLE_EQ(ask(Question(TestKind::superiority, Direction::lower_better, 0.0, {0.025, 1})).p,
                   normal_cdf(1.5));
}

TEST(Question, SuperiorityByAMarginIsDirectional) {
  const Question higher(TestKind::superiority, Direction::higher_better, 0.1, {0.05, 2});
  EXPECT_DOUBLE_EQ(ask(higher).p, normal_cdf(-(estimate - 0.1) / se));
  const Question lower(TestKind::superiority, Direction::lower_better, 0.1, {0.05, 2});
  EXPECT_DOUBLE_EQ(ask(lower).p, normal_cdf((estimate + 0.1) / se));
}

TEST(Question, NoninferiorityForgivesTheMargin) {
  const Question higher(TestKind::noninferiority, Direction::higher_better, 0.1, {0.05, 2});
  EXPECT_DOUBLE_EQ(ask(higher).p, normal_cdf(-(estimate + 0.1) / se));
  const Question lower(TestKind::noninferiority, Direction::lower_better, 0.5, {0.05, 2});
  EXPECT_DOUBLE_EQ(ask(lower).p, normal_cdf(-(0.5 - estimate) / se));
}

TEST(Question, EquivalenceIsDecidedByTheNearerMargin) {
  for (const Direction better : {Direction::lower_better, Direction::higher_better}) {
    const Question::Answer answer = ask(Question(TestKind::equivalence, better, 0.5, {0.05, 1}));
    EXPECT_DOUBLE_EQ(answer.p, normal_cdf(-(0.5 - estimate) / se));
    EXPECT_DOUBLE_EQ(answer.statistic, (estimate - 0.5) / se);
  }
}

TEST(Question, OneSidedPValuesCountDoubleAgainstATwoSidedAlpha) {
  EXPECT_EQ(Question(TestKind::superiority, Direction::lower_better, 0.0, {0.05, 2}).on_scale_of_alpha(0.03),
            0.03);
  EXPECT_EQ(Question(TestKind::superiority, Direction::lower_better, 0.0, {0.025, 1}).on_scale_of_alpha(0.03),
            0.03);
  EXPECT_EQ(
      Question(TestKind::noninferiority, Direction::lower_better, 0.1, {0.05, 2}).on_scale_of_alpha(0.03),
      0.06);
  EXPECT_EQ(Question(TestKind::equivalence, Direction::lower_better, 0.1, {0.05, 2}).on_scale_of_alpha(0.7),
            1.0);
  // A fit that failed is no evidence.
  EXPECT_EQ(Question(TestKind::superiority, Direction::lower_better, 0.0, {}).on_scale_of_alpha(std::nan("")),
            1.0);
}

TEST(Question, TheIntervalGoesWithTheLevel) {
  EXPECT_DOUBLE_EQ(Question(TestKind::superiority, Direction::lower_better, 0.0, {0.05, 2}).confidence(),
                   0.95);
  EXPECT_DOUBLE_EQ(Question(TestKind::noninferiority, Direction::lower_better, 0.1, {0.025, 1}).confidence(),
                   0.95);
}

}  // namespace
}  // namespace equipoise
