#include "engine/numeric/moments.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(Moments, OfAFewNumbers) {
  Moments moments;
  EXPECT_TRUE(std::isnan(moments.mean()));
  for (const double x : {2.0, 4.0, 6.0, 8.0}) moments.add(x);
  EXPECT_EQ(moments.count(), 4U);
  EXPECT_DOUBLE_EQ(moments.mean(), 5.0);
  EXPECT_DOUBLE_EQ(moments.variance(), 20.0 / 3.0);
  EXPECT_DOUBLE_EQ(moments.standard_error(), std::sqrt(5.0 / 3.0));
}

TEST(Moments, OneNumberHasNoSpread) {
  Moments moments;
  moments.add(3.0);
  EXPECT_EQ(moments.mean(), 3.0);
  EXPECT_TRUE(std::isnan(moments.sd()));
}

TEST(Moments, MergingIsAddingOneByOne) {
  Moments whole;
  Moments first;
  Moments second;
  for (int i = 0; i < 50; ++i) {
    const double x = 1e6 + static_cast<double>(i * i % 17);
    whole.add(x);
    (i < 20 ? first : second).add(x);
  }
  first.merge(second);
  first.merge(Moments{});
  EXPECT_EQ(first.count(), whole.count());
  EXPECT_NEAR(first.mean(), whole.mean(), 1e-9);  // ten digits less than the common part leaves of sixteen
  EXPECT_NEAR(first.variance(), whole.variance(), 1e-8);
  Moments empty;
  empty.merge(whole);
  EXPECT_EQ(empty.mean(), whole.mean());
}

}  // namespace
}  // namespace equipoise
