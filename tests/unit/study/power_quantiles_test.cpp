#include "engine/study/power_quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

std::vector<double> shares_of(std::uint64_t trials) {
  std::vector<double> shares;
  for (std::uint64_t k = 0; k <= trials; ++k)
    shares.push_back(static_cast<double>(k) / static_cast<double>(trials));
  return shares;
}

// Of powers that are uniform between 0 and 1 every count of rejections is as likely; the uniform law is
// Phi(Z).
TEST(PowerQuantiles, OfEqualCountsAreThoseOfAUniformLaw) {
  for (const std::uint64_t trials : {2U, 20U, 500U}) {
    const auto quantiles = power_quantiles(shares_of(trials), 0.5, std::sqrt(1.0 / 12.0), trials);
    for (std::size_t q = 0; q < quantiles.size(); ++q) {
      EXPECT_NEAR(quantiles[q], power_probabilities[q], 1e-6) << trials;
    }
  }
  // The negative control: of two trials the shares themselves are 0, 0.5 and 1.
  EXPECT_GT(std::abs(shares_of(2).front() - power_probabilities.front()), 0.04);
}

TEST(PowerQuantiles, AreInOrderAndBetweenNothingAndOne) {
  const std::vector<double> shares{0.0, 0.0, 0.0, 0.1, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0};
  const auto quantiles = power_quantiles(shares, 0.6, 0.4, 10);
  EXPECT_TRUE(std::ranges::is_sorted(quantiles));
  EXPECT_GE(quantiles.front(), 0.0);
  EXPECT_LE(quantiles.back(), 1.0);
}

TEST(PowerQuantiles, AreNumbersWhereTheLawReachesNothingAndOne) {
  for (const std::uint64_t trials : {2U, 5U, 50U, 5000U}) {
    for (const double mean : {0.003, 0.8, 0.997}) {
      const double most = std::sqrt(mean * (1.0 - mean));
      for (const double sd : {0.01 * most, 0.65 * most, 0.999 * most}) {
        for (const double quantile : power_quantiles(shares_of(trials), mean, sd, trials)) {
          EXPECT_TRUE(quantile >= 0.0 && quantile <= 1.0) << trials << ' ' << mean << ' ' << sd;
        }
      }
    }
  }
}

TEST(PowerQuantiles, OfManyTrialsAreThoseOfTheShares) {
  // 101 shares; without noise the order statistics themselves.
  std::vector<double> shares;
  for (int i = 0; i <= 100; ++i) shares.push_back(0.2 + 0.006 * i);
  const auto quantiles = power_quantiles(shares, 0.5, 0.175, 10'000);
  EXPECT_NEAR(quantiles[2], 0.5, 1e-4);
  EXPECT_NEAR(quantiles[1], 0.35, 2e-3);
}

}  // namespace
}  // namespace equipoise
