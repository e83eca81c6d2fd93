#include "engine/numeric/quantile.hpp"

#include <array>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

// quantile(c(1, 2, 4, 8), c(0, 0.05, 0.5, 0.9, 1)) in R.
TEST(SampleQuantile, JoinsOrderStatisticsByLines) {
  constexpr std::array sorted{1.0, 2.0, 4.0, 8.0};
  EXPECT_DOUBLE_EQ(sample_quantile(sorted, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(sample_quantile(sorted, 0.05), 1.15);
  EXPECT_DOUBLE_EQ(sample_quantile(sorted, 0.5), 3.0);
  EXPECT_DOUBLE_EQ(sample_quantile(sorted, 0.9), 6.8);
  EXPECT_DOUBLE_EQ(sample_quantile(sorted, 1.0), 8.0);
}

TEST(SampleQuantile, OfOneNumberIsThatNumber) {
  constexpr std::array sorted{3.0};
  EXPECT_EQ(sample_quantile(sorted, 0.3), 3.0);
}

}  // namespace
}  // namespace equipoise
