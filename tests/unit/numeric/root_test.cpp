#include "engine/numeric/root.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(FindRoot, FindsWhereAFunctionCrossesZero) {
  EXPECT_NEAR(find_root([](double x) { return std::cos(x); }, 1.0, 2.0), std::numbers::pi / 2.0, 1e-15);
  EXPECT_NEAR(find_root([](double x) { return 2.0 - x * x; }, 0.0, 2.0), std::numbers::sqrt2, 1e-15);
}

TEST(FindRoot, TakesTheNearerEndWhereThereIsNone) {
  EXPECT_EQ(find_root([](double x) { return x; }, 1.0, 2.0), 1.0);
  EXPECT_EQ(find_root([](double x) { return x; }, -3.0, -2.0), -2.0);
}

}  // namespace
}  // namespace equipoise
