#include "engine/characteristics/proportion.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(Proportion, HasTheBinomialError) {
  const Simulated some = proportion(30, 40);
  EXPECT_DOUBLE_EQ(some.value, 0.75);
  EXPECT_DOUBLE_EQ(some.mcse, std::sqrt(0.75 * 0.25 / 40.0));
}

TEST(Proportion, OfNoneOrAllIsNotCertain) {
  const double error = std::sqrt(2.0 / 44.0 * (42.0 / 44.0) / 44.0);
  EXPECT_EQ(proportion(0, 40).value, 0.0);
  EXPECT_EQ(proportion(40, 40).value, 1.0);
  EXPECT_DOUBLE_EQ(proportion(0, 40).mcse, error);
  EXPECT_DOUBLE_EQ(proportion(40, 40).mcse, error);
  // Between that of one success and that of three.
  EXPECT_GT(proportion(0, 10'000).mcse, proportion(1, 10'000).mcse);
  EXPECT_LT(proportion(0, 10'000).mcse, proportion(3, 10'000).mcse);
}

TEST(Proportion, OfNothingDoesNotExist) {
  EXPECT_TRUE(std::isnan(proportion(0, 0).value));
  EXPECT_TRUE(std::isnan(proportion(0, 0).mcse));
}

}  // namespace
}  // namespace equipoise
