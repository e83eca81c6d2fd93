#include "engine/testing/multiplicity.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

std::vector<double> adjust(MultiplicityMethod method, const std::vector<double>& p) {
  std::vector<double> adjusted(p.size());
  adjust_p_values(method, p, adjusted);
  return adjusted;
}

using Values = std::vector<double>;

TEST(Multiplicity, NoneLeavesThemAlone) {
  EXPECT_EQ(adjust(MultiplicityMethod::none, {0.3, 0.01}), (Values{0.3, 0.01}));
}

TEST(Multiplicity, BonferroniMultipliesByTheirNumber) {
  EXPECT_EQ(adjust(MultiplicityMethod::bonferroni, {0.25, 0.125, 0.5}), (Values{0.75, 0.375, 1.0}));
}

TEST(Multiplicity, HolmStepsDown) {
  EXPECT_EQ(adjust(MultiplicityMethod::holm, {0.25, 0.0625, 0.125}), (Values{0.25, 0.1875, 0.25}));
}

TEST(Multiplicity, HolmTreatsEqualsEqually) {
  EXPECT_EQ(adjust(MultiplicityMethod::holm, {0.25, 0.25, 0.25}), (Values{0.75, 0.75, 0.75}));
}

TEST(Multiplicity, CoPrimaryTestsStandOrFallTogether) {
  EXPECT_EQ(adjust(MultiplicityMethod::co_primary, {0.25, 0.0625, 0.125}), (Values{0.25, 0.25, 0.25}));
}

TEST(Multiplicity, ATestThatCouldNotBeMadeCountsAsOne) {
  const double missing = std::nan("");
  EXPECT_EQ(adjust(MultiplicityMethod::none, {missing, 0.125}), (Values{1.0, 0.125}));
  EXPECT_EQ(adjust(MultiplicityMethod::bonferroni, {missing, 0.125}), (Values{1.0, 0.25}));
  EXPECT_EQ(adjust(MultiplicityMethod::holm, {missing, 0.125}), (Values{1.0, 0.25}));
  EXPECT_EQ(adjust(MultiplicityMethod::co_primary, {missing, 0.125}), (Values{1.0, 1.0}));
}

TEST(Multiplicity, NoHypothesesNoAnswers) {
  for (const auto& named : NamesOf<MultiplicityMethod>::all) EXPECT_TRUE(adjust(named.value, {}).empty());
}

TEST(MultiplicityDeathTest, ListsOfDifferentLengthsAreABrokenPromise) {
  const Values p{0.1, 0.2};
  Values adjusted(1);
  EXPECT_DEATH(adjust_p_values(MultiplicityMethod::holm, p, adjusted), "adjusted");
}

}  // namespace
}  // namespace equipoise
