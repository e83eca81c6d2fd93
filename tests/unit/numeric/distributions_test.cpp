#include "engine/numeric/distributions.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

// Expected values: R 4.2.2's pnorm, qnorm, pbinom and pchisq. Tolerance: the last few places of both.
constexpr double few_places = 1e-13;

void expect_close(double ours, double expected) {
  EXPECT_NEAR(ours, expected, few_places * std::abs(expected));
}

// dnorm(0) and dnorm(1)
TEST(Normal, Densities) {
  expect_close(normal_density(0.0), 0.3989422804014327);
  expect_close(normal_density(-1.0), 0.24197072451914337);
}

TEST(Normal, CumulativeProbabilities) {
  expect_close(normal_cdf(-10.0), 7.6198530241605269e-24);
  expect_close(normal_cdf(-1.96), 0.024997895148220428);
  EXPECT_EQ(normal_cdf(0.0), 0.5);
  expect_close(normal_cdf(1.5), 0.93319279873114191);
  EXPECT_EQ(normal_cdf(INFINITY), 1.0);
}

TEST(Normal, Quantiles) {
  expect_close(normal_quantile(1e-10), -6.3613409024040557);
  expect_close(normal_quantile(0.025), -1.9599639845400538);
  expect_close(normal_quantile(0.975), 1.9599639845400536);
}

TEST(Binomial, CumulativeProbabilities) {
  expect_close(binomial_cdf(3.0, 10.0, 0.3), 0.64961071840000018);
  expect_close(binomial_cdf(50.0, 100.0, 0.45), 0.86542378681194765);
  expect_close(binomial_cdf(0.0, 5.0, 0.2), 0.32768);
}

TEST(ChiSquared, CumulativeProbabilities) {
  expect_close(chi_squared_cdf(3.84, 1.0), 0.94995647875129474);
  expect_close(chi_squared_cdf(50.0, 40.0), 0.86642516591434959);
  expect_close(chi_squared_cdf(0.001, 2.0), 0.0004998750208307295);
}

TEST(LogGamma, OfWholeAndHalfNumbers) {
  EXPECT_NEAR(log_gamma(1.0), 0.0, 1e-15);
  EXPECT_NEAR(log_gamma(11.0), std::log(3'628'800.0), 1e-14 * std::log(3'628'800.0));
  EXPECT_NEAR(log_gamma(0.5), 0.5 * std::log(std::numbers::pi), 1e-15);
}

}  // namespace
}  // namespace equipoise
