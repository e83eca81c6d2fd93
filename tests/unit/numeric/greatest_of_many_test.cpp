#include "engine/numeric/greatest_of_many.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/student_t.hpp"

namespace equipoise {
namespace {

using Tail = GreatestOfMany::Tail;

constexpr double normal = std::numeric_limits<double>::infinity();
// What the header promises of the integrals.
constexpr double exact = 1e-10;

std::vector<double> products(const std::vector<double>& loads) {
  std::vector<double> all;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    for (std::size_t j = 0; j < loads.size(); ++j) all.push_back(i == j ? 1.0 : loads[i] * loads[j]);
  }
  return all;
}

TEST(GreatestOfMany, OfOneIsItsOwnTail) {
  const std::vector<double> alone{1.0};
  const GreatestOfMany both(alone, 1, Tail::both);
  const GreatestOfMany upper(alone, 1, Tail::upper);
  for (const double df : {0.5, 1.0, 3.7, 40.0, 1e4, normal}) {
    for (const double t : {0.1, 1.0, 2.5, 6.0}) {
      EXPECT_NEAR(upper.tail(1, t, df), student_upper_tail(t, df), exact) << t << ' ' << df;
      EXPECT_NEAR(both.tail(1, t, df), 2.0 * student_upper_tail(t, df), exact) << t << ' ' << df;
    }
  }
}

TEST(GreatestOfMany, OfVeryManyDegreesOfFreedomIsTheNormal) {
  // One tail differs from the normal by at most 0.15 / df; here is one df below where the normal takes over.
  const GreatestOfMany equal(products(std::vector<double>(8, std::sqrt(0.5))), 8, Tail::both);
  for (const double t : {0.5, 1.9, 4.0, 8.0}) {
    const double limit = equal.tail(0xFF, t, normal);
    EXPECT_NEAR(equal.tail(0xFF, t, 0.99e13), limit, exact) << t;
    EXPECT_GT(std::abs(equal.tail(0xFF, t, 1e5) - limit), 1e3 * std::abs(equal.tail(0xFF, t, 1e12) - limit))
        << t;
    for (const double df : {1.01e13, 1e25, 1e50, 1e308})
      EXPECT_EQ(equal.tail(0xFF, t, df), limit) << t << ' ' << df;
  }
}

TEST(GreatestOfMany, OfTheIndependentMultiplies) {
  const GreatestOfMany upper(products({0.0, 0.0, 0.0, 0.0, 0.0}), 5, Tail::upper);
  EXPECT_NEAR(upper.tail(0b11111, 1.5, normal), 1.0 - std::pow(normal_cdf(1.5), 5), exact);
  EXPECT_NEAR(upper.tail(0b10100, 1.5, normal), 1.0 - std::pow(normal_cdf(1.5), 2), exact);
}

TEST(GreatestOfMany, OfTwoAtNothingIsSheppards) {
  // P(both below 0) = 1/4 + asin(rho) / (2 pi)
  for (const double rho : {-0.95, -0.5, 0.3, 0.5, 0.99}) {
    const std::vector<double> matrix{1.0, rho, rho, 1.0};
    const GreatestOfMany upper(matrix, 2, Tail::upper);
    ASSERT_TRUE(upper.has_one_factor());
    EXPECT_NEAR(upper.tail(3, 0.0, normal), 0.75 - std::asin(rho) / (2.0 * M_PI), exact) << rho;
    // The scale does not move 0.
    EXPECT_NEAR(upper.tail(3, 0.0, 2.5), 0.75 - std::asin(rho) / (2.0 * M_PI), exact) << rho;
  }
}

TEST(GreatestOfMany, ASmallTailKeepsItsDigits) {
  const GreatestOfMany upper(products({0.0, 0.0}), 2, Tail::upper);
  const double one = normal_cdf(-7.0);
  EXPECT_NEAR(upper.tail(3, 7.0, normal) / (2.0 * one - one * one), 1.0, 1e-8);
}

TEST(GreatestOfMany, FindsTheLoads) {
  const std::vector<double> loads{0.9, -0.4, 0.0, 0.7, 0.7};
  const std::vector<double> found = one_factor_loads(products(loads), 5);
  ASSERT_EQ(found.size(), 5U);
  const double sign = found[0] < 0.0 ? -1.0 : 1.0;
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(sign * found[i], loads[i], 1e-12);
  EXPECT_EQ(found[3], found[4]);
  // The second load would be the root of 0.3 x 0.9 / 0.2, above 1.
  EXPECT_TRUE(one_factor_loads(std::vector{1.0, 0.3, 0.2, 0.3, 1.0, 0.9, 0.2, 0.9, 1.0}, 3).empty());
}

TEST(GreatestOfMany, OtherCorrelationsAreNearlyAsGood) {
  // The first pair is no product with the others; without it the two ways must agree.
  const std::vector<double> matrix{1.0, 0.1, 0.4, 0.2,  //
                                   0.1, 1.0, 0.3, 0.4,  //
                                   0.4, 0.3, 1.0, 0.5,  //
                                   0.2, 0.4, 0.5, 1.0};
  const GreatestOfMany points(matrix, 4, Tail::both);
  ASSERT_FALSE(points.has_one_factor());
  const std::vector<double> part{1.0, 0.3, 0.4, 0.3, 1.0, 0.5, 0.4, 0.5, 1.0};
  const GreatestOfMany integral(part, 3, Tail::both);
  ASSERT_TRUE(integral.has_one_factor());
  for (const double t : {0.5, 2.0, 3.0}) {
    EXPECT_NEAR(points.tail(0b1110, t, normal), integral.tail(0b111, t, normal), 5e-6) << t;
  }
  EXPECT_NEAR(points.tail(0b1110, 2.0, 9.0), integral.tail(0b111, 2.0, 9.0), 5e-6);
  EXPECT_GT(std::abs(points.tail(0b1111, 2.0, 9.0) - integral.tail(0b111, 2.0, 9.0)), 1e-2);
}

TEST(GreatestOfMany, OfTheSameTwiceIsItself) {
  const std::vector<double> same{1.0, 1.0, 1.0, 1.0};
  const GreatestOfMany both(same, 2, Tail::both);
  EXPECT_NEAR(both.tail(3, 2.0, normal), 2.0 * normal_cdf(-2.0), 1e-6);
}

TEST(IsCorrelation, RefusesWhatNoStatisticsHave) {
  EXPECT_TRUE(is_correlation(std::vector{1.0, 0.5, 0.5, 1.0}, 2));
  EXPECT_TRUE(is_correlation(std::vector{1.0, -1.0, -1.0, 1.0}, 2));
  EXPECT_FALSE(is_correlation(std::vector{1.0, 0.5, 0.4, 1.0}, 2));
  EXPECT_FALSE(is_correlation(std::vector{0.9, 0.5, 0.5, 1.0}, 2));
  EXPECT_FALSE(is_correlation(std::vector{1.0, 0.9, -0.9, 0.9, 1.0, 0.9, -0.9, 0.9, 1.0}, 3));
}

}  // namespace
}  // namespace equipoise
