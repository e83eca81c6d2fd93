#include "engine/numeric/sums.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(Sums, AreExactForWholeNumbersOfAnyLength) {
  for (std::size_t length = 0; length < 70; ++length) {
    std::vector<double> x;
    std::vector<double> y;
    double total = 0.0;
    double product = 0.0;
    for (std::size_t i = 0; i < length; ++i) {
      x.push_back(static_cast<double>(i * i % 31));
      y.push_back(static_cast<double>(i * 7 % 13));
      total += x.back();
      product += x.back() * y.back();
    }
    EXPECT_EQ(sum(x), total);
    EXPECT_EQ(sum_beyond(x, 2.0), total - 2.0 * static_cast<double>(length));
    EXPECT_EQ(dot(x, y), product);
  }
}

TEST(Centre, MakesAConstantExactlyZero) {
  std::vector<double> x(101, 0.1);
  EXPECT_EQ(centre(x), 0.1);
  for (const double value : x) EXPECT_EQ(value, 0.0);
}

TEST(Centre, ALargeCommonPartCostsNoDigits) {
  // Distances of a half are exact beside 2^40, and so is what is left of them.
  const double common = std::ldexp(1.0, 40);
  std::vector<double> x{common, common + 0.5, common + 1.0, common + 1.5, common + 2.0};
  EXPECT_EQ(centre(x), common + 1.0);
  EXPECT_EQ(x, (std::vector<double>{-1.0, -0.5, 0.0, 0.5, 1.0}));
}

TEST(Centre, OfNothingIsNothing) {
  EXPECT_EQ(centre({}), 0.0);
}

}  // namespace
}  // namespace equipoise
