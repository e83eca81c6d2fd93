#include "engine/study/response_curve.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

/// Points whose shares lie exactly on a curve of predictors.
template <class Predictor>
std::vector<CurvePoint> points_on(const std::vector<double>& at, Predictor predictor) {
  std::vector<CurvePoint> points;
  for (const double x : at) {
    const double sum = 1e6 * normal_cdf(predictor(x));
    points.push_back({x, {1'000'000, 1'000'000, sum, sum}});
  }
  return points;
}

TEST(ResponseCurve, FindsALineThatIsThere) {
  const auto line = [](double x) { return -1.96 + 0.25 * x; };
  const auto curve = fit_curve(ResponseKind::rejection, points_on({8, 10, 12, 14}, line), 2);
  ASSERT_TRUE(curve.has_value());
  EXPECT_NEAR(curve->predictor(11.0), line(11.0), 1e-9);
  EXPECT_NEAR(curve->slope(11.0), 0.25, 1e-9);
  EXPECT_NEAR(curve->deviance(), 0.0, 1e-6);
  EXPECT_EQ(curve->df(), 2);
  EXPECT_NEAR(*curve->where(1.0, 1.0), 2.96 / 0.25, 1e-8);
  EXPECT_FALSE(curve->where(1.0, -1.0).has_value());
}

TEST(ResponseCurve, AParabolaCrossesOnceInEachDirection) {
  const auto parabola = [](double x) { return 1.5 - 0.5 * (x - 2.0) * (x - 2.0); };
  const auto curve = fit_curve(ResponseKind::rejection, points_on({0, 1, 2, 3, 4}, parabola), 3);
  ASSERT_TRUE(curve.has_value());
  EXPECT_NEAR(*curve->where(1.0, 1.0), 1.0, 1e-8);
  EXPECT_NEAR(*curve->where(1.0, -1.0), 3.0, 1e-8);
  EXPECT_FALSE(curve->where(2.0, 1.0).has_value());
}

TEST(ResponseCurve, TheErrorOfOnePlaceIsThatOfItsShare) {
  // With as many terms as places the curve passes through every point, and each stands alone.
  const std::vector<CurvePoint> points{{1.0, {400, 400, 200, 200}}, {2.0, {400, 400, 300, 300}}};
  const auto curve = fit_curve(ResponseKind::rejection, points, 2);
  ASSERT_TRUE(curve.has_value());
  const double density = 1.0 / std::sqrt(2.0 * 3.14159265358979323846);  // at the median
  EXPECT_NEAR(curve->standard_error(1.0), std::sqrt(0.25 / 400.0) / density, 1e-9);
}

TEST(ResponseCurve, WhatThePointsDoNotDetermineIsNotFitted) {
  const std::vector<CurvePoint> one{{1.0, {400, 400, 200, 200}}};
  EXPECT_FALSE(fit_curve(ResponseKind::rejection, one, 2).has_value());
  const std::vector<CurvePoint> step{{1.0, {400, 400, 0, 0}}, {2.0, {400, 400, 400, 400}}};
  EXPECT_FALSE(fit_curve(ResponseKind::rejection, step, 2).has_value());
  const std::vector<CurvePoint> same{{1.0, {400, 400, 200, 200}}, {1.0, {400, 400, 210, 210}}};
  EXPECT_FALSE(fit_curve(ResponseKind::rejection, same, 2).has_value());
}

TEST(ResponseCurve, HalfWidthsFallWithTheRootOfTheSize) {
  std::vector<CurvePoint> points;
  for (const double n : {50.0, 100.0, 200.0}) {
    const double mean = 4.0 / std::sqrt(n);
    points.push_back({std::log(n), {1000, 1000, 1000 * mean, 1000 * mean * mean * 1.01}});
  }
  const auto curve = fit_curve(ResponseKind::half_width, points, 2);
  ASSERT_TRUE(curve.has_value());
  EXPECT_NEAR(curve->slope(4.0), 0.5, 1e-12);
  EXPECT_NEAR(std::exp(*curve->where(predictor_of(ResponseKind::half_width, 0.2), 1.0)), 400.0, 1e-6);
  EXPECT_NEAR(mean_at(ResponseKind::half_width, curve->predictor(std::log(400.0))), 0.2, 1e-12);
}

}  // namespace
}  // namespace equipoise
