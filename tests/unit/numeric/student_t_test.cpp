#include "engine/numeric/student_t.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Expected values: R 4.2.2's pt and qt. Tolerance: twelve digits, what R promises of its tails.
void expect_close(double ours, double expected) {
  EXPECT_NEAR(ours, expected, 1e-12 * std::abs(expected));
}

TEST(StudentUpperTail, KnownValues) {
  EXPECT_DOUBLE_EQ(student_upper_tail(0.0, 5.0), 0.5);
  expect_close(student_upper_tail(1.5, 1.0), 0.1871670418109988);
  expect_close(student_upper_tail(-2.0, 3.7), 0.93909139904738304);
  expect_close(student_upper_tail(8.0, 200.0), 4.9396004546653473e-14);
  expect_close(student_upper_tail(40.0, 2.0), 0.0003122073360923703);
}

TEST(StudentUpperTail, EndsAndLimits) {
  EXPECT_EQ(student_upper_tail(infinite, 3.0), 0.0);
  EXPECT_EQ(student_upper_tail(-infinite, 3.0), 1.0);
  EXPECT_EQ(student_upper_tail(1.3, infinite), normal_cdf(-1.3));
  EXPECT_TRUE(std::isnan(student_upper_tail(std::nan(""), 3.0)));
  EXPECT_TRUE(std::isnan(student_upper_tail(1.0, std::nan(""))));
}

TEST(StudentQuantile, KnownValues) {
  expect_close(student_quantile(0.975, 1.0), 12.706204736174694);
  expect_close(student_quantile(0.995, 4.5), 4.2728239930112917);
  expect_close(student_quantile(0.6, 300.0), 0.25357189491958287);
  expect_close(student_quantile(0.025, 10.0), -2.2281388519862744);
  EXPECT_EQ(student_quantile(0.975, infinite), normal_quantile(0.975));
}

TEST(NoncentralT, KnownValues) {
  // R's algorithm is good to some 1e-10.
  EXPECT_NEAR(noncentral_t_cdf(1.96, 20.0, 1.0), 0.81436372255109191, 1e-9);
  EXPECT_NEAR(noncentral_t_cdf(0.0, 398.0, 2.8), normal_cdf(-2.8), 1e-12);
  EXPECT_NEAR(noncentral_t_cdf(2.5, 3.5, -0.5), 0.98548080890533418, 1e-9);
}

TEST(StudentQuantiles, RememberWithoutMixingUp) {
  StudentQuantiles quantiles;
  // More degrees of freedom than the table has places, two probabilities, twice.
  for (int round = 0; round < 2; ++round) {
    for (double df = 1.0; df < 600.0; df += 0.5) {
      ASSERT_EQ(quantiles(0.975, df), student_quantile(0.975, df));
    }
    ASSERT_EQ(quantiles(0.95, 10.0), student_quantile(0.95, 10.0));
  }
  EXPECT_EQ(quantiles(0.975, infinite), normal_quantile(0.975));
}

}  // namespace
}  // namespace equipoise
