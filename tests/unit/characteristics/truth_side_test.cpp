#include "engine/characteristics/truth_side.hpp"

#include <gtest/gtest.h>

#include "tests/support/simple_trial.hpp"

namespace equipoise {
namespace {

TruthSide side(TestKind kind, double margin, const Simulated& truth, int sides = 2,
               Direction better = Direction::higher_better) {
  SimpleTrial trial;
  trial.endpoints[0].better = better;
  trial.level.sides = sides;
  trial.hypotheses = {SimpleTrial::better_at(VisitId{1}, kind, margin)};
  const Plan plan = trial.plan();
  return side_of({truth}, plan.tests[0], plan.design.hypotheses[0], plan.level);
}

/// Whether the null holds where the truth is known exactly.
bool null_is_true(TestKind kind, double margin, double truth, int sides = 2,
                  Direction better = Direction::higher_better) {
  return side(kind, margin, {truth, 0.0}, sides, better).null_is_true;
}

bool wrong(TestKind kind, double margin, double truth, int sides = 2,
           Direction better = Direction::higher_better) {
  return side(kind, margin, {truth, 0.0}, sides, better).wrong;
}

TEST(NullIsTrue, OfSuperiority) {
  constexpr auto superiority = TestKind::superiority;
  EXPECT_TRUE(null_is_true(superiority, 0.0, 0.0));
  EXPECT_FALSE(null_is_true(superiority, 0.0, 0.1));
  EXPECT_FALSE(null_is_true(superiority, 0.0, -0.1));  // two sides: worse is not the null either
  EXPECT_TRUE(null_is_true(superiority, 0.0, -0.1, 1));
  EXPECT_FALSE(null_is_true(superiority, 0.0, 0.1, 1));
  EXPECT_TRUE(null_is_true(superiority, 0.2, 0.2));
  EXPECT_TRUE(null_is_true(superiority, 0.2, 0.1));
  EXPECT_FALSE(null_is_true(superiority, 0.2, 0.3));
}

TEST(NullIsTrue, OfNoninferiority) {
  constexpr auto noninferiority = TestKind::noninferiority;
  EXPECT_TRUE(null_is_true(noninferiority, 0.5, -0.5));
  EXPECT_TRUE(null_is_true(noninferiority, 0.5, -0.6));
  EXPECT_FALSE(null_is_true(noninferiority, 0.5, -0.4));
  EXPECT_FALSE(null_is_true(noninferiority, 0.5, 1.0));
}

TEST(NullIsTrue, OfEquivalence) {
  constexpr auto equivalence = TestKind::equivalence;
  EXPECT_TRUE(null_is_true(equivalence, 0.5, 0.5));
  EXPECT_TRUE(null_is_true(equivalence, 0.5, -0.7));
  EXPECT_FALSE(null_is_true(equivalence, 0.5, 0.0));
}

TEST(NullIsTrue, SeesWhichWayIsBetter) {
  EXPECT_TRUE(null_is_true(TestKind::noninferiority, 0.5, 0.6, 2, Direction::lower_better));
  EXPECT_FALSE(null_is_true(TestKind::noninferiority, 0.5, -0.6, 2, Direction::lower_better));
}

TEST(NullIsTrue, AllowsForTheTruthsOwnError) {
  EXPECT_TRUE(side(TestKind::superiority, 0.0, {0.002, 0.001}).null_is_true);
  EXPECT_FALSE(side(TestKind::superiority, 0.0, {0.004, 0.001}).null_is_true);
}

TEST(WrongSide, IsThatOfHarm) {
  for (const int sides : {1, 2}) {
    EXPECT_TRUE(wrong(TestKind::superiority, 0.0, -0.1, sides));
    EXPECT_FALSE(wrong(TestKind::superiority, 0.0, 0.0, sides));
    EXPECT_FALSE(wrong(TestKind::superiority, 0.0, 0.1, sides));
  }
  EXPECT_TRUE(wrong(TestKind::superiority, 0.0, 0.1, 2, Direction::lower_better));
  EXPECT_FALSE(wrong(TestKind::superiority, 0.0, -0.1, 2, Direction::lower_better));
  // Short of a margin of superiority is too little, but no harm.
  EXPECT_FALSE(wrong(TestKind::superiority, 0.2, 0.1));
  EXPECT_TRUE(wrong(TestKind::superiority, 0.2, -0.1));
}

TEST(WrongSide, IsBeyondAMarginAndNotAtIt) {
  EXPECT_FALSE(wrong(TestKind::noninferiority, 0.5, -0.4));
  EXPECT_FALSE(wrong(TestKind::noninferiority, 0.5, -0.5));
  EXPECT_TRUE(wrong(TestKind::noninferiority, 0.5, -0.6));
  EXPECT_FALSE(wrong(TestKind::equivalence, 0.5, -0.5));
  EXPECT_TRUE(wrong(TestKind::equivalence, 0.5, -0.6));
  EXPECT_TRUE(wrong(TestKind::equivalence, 0.5, 0.6));
}

TEST(WrongSide, AllowsForTheTruthsOwnError) {
  EXPECT_FALSE(side(TestKind::superiority, 0.0, {-0.002, 0.001}).wrong);
  EXPECT_TRUE(side(TestKind::superiority, 0.0, {-0.004, 0.001}).wrong);
}

TEST(WrongSide, IsNotToldOfATruthThatIsNotThere) {
  EXPECT_FALSE(side(TestKind::superiority, 0.0, TrueValue::none).wrong);
  EXPECT_FALSE(side(TestKind::noninferiority, 0.5, TrueValue::none).wrong);
}

}  // namespace
}  // namespace equipoise
