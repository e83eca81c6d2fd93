#include "engine/study/rejections.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

/// One hypothesis; what it did in replicates from `first` on.
Rejections of(std::uint64_t first, const std::vector<bool>& rejected) {
  Rejections rejections(1, first);
  for (const bool one : rejected) {
    TrialOutcome trial;
    trial.replicate = first + rejections.trials();
    trial.tests.resize(1);
    trial.tests[0].shown = one;
    rejections.add({&trial, 1});
  }
  return rejections;
}

/// Every k-th.
std::vector<bool> every(std::size_t k, std::size_t count) {
  std::vector<bool> rejected;
  for (std::size_t i = 0; i < count; ++i) rejected.push_back(i % k == 0);
  return rejected;
}

TEST(Rejections, RememberEachReplicate) {
  const Rejections rejections = of(1'000, every(3, 200));
  EXPECT_EQ(rejections.trials(), 200U);
  EXPECT_EQ(rejections.count(0), 67U);
  EXPECT_TRUE(rejections.rejected(0, 1'000));
  EXPECT_FALSE(rejections.rejected(0, 1'001));
  EXPECT_TRUE(rejections.rejected(0, 1'198));
}

// On the same replicates: sqrt((b + c - (b - c)^2 / n) / n^2) with b and c the discordant pairs.
TEST(PowerDifference, OnTheSameReplicatesIsMcNemars) {
  const Simulated difference = power_difference(of(0, every(2, 300)), of(0, every(3, 300)), 0);
  const double b = 100.0;
  const double c = 50.0;
  EXPECT_NEAR(difference.value, (b - c) / 300.0, 1e-15);
  EXPECT_NEAR(difference.mcse, std::sqrt(b + c - (b - c) * (b - c) / 300.0) / 300.0, 1e-15);
}

TEST(PowerDifference, OnOthersIsThatOfTwoIndependentShares) {
  const Simulated difference = power_difference(of(0, every(2, 300)), of(300, every(3, 150)), 0);
  EXPECT_NEAR(difference.value, 1.0 / 2.0 - 1.0 / 3.0, 1e-15);
  EXPECT_NEAR(difference.mcse, std::sqrt(0.25 / 300.0 + 2.0 / 9.0 / 150.0), 1e-15);
}

TEST(PowerDifference, OfACellWithItselfIsNothing) {
  const Rejections cell = of(0, every(4, 100));
  EXPECT_EQ(power_difference(cell, cell, 0).value, 0.0);
  EXPECT_EQ(power_difference(cell, cell, 0).mcse, 0.0);
}

// n and m trials of which the first m are the same: Var = v / n + w / m - 2 c m / (n m).
TEST(PowerDifference, WhereOneRanLongerCountsWhatBothShare) {
  const Simulated difference = power_difference(of(0, every(2, 600)), of(0, every(2, 300)), 0);
  EXPECT_EQ(difference.value, 0.0);
  EXPECT_NEAR(difference.mcse, std::sqrt(0.25 / 600.0 + 0.25 / 300.0 - 2.0 * 0.25 / 600.0), 1e-15);
}

}  // namespace
}  // namespace equipoise
