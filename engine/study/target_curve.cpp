#include "engine/study/target_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/root.hpp"

namespace equipoise {
namespace {

// The curve is fitted where its predictor is within this of the target's. For a power of 0.9 that is 0.61 to
// 0.99: normal theory is a straight line there, and other shapes nearly a parabola. Narrower where the fit is
// still rejected.
constexpr std::array<double, 3> window_widths{1.0, 0.7, 0.45};
constexpr double lack_of_fit = 0.01;
// On the scale of normal theory the curve is a line until its misfit is plain (chi-squared with 1 degree of
// freedom, one in two hundred): choosing by less makes intervals that hold the answer too rarely. Elsewhere
// nothing speaks for a line.
constexpr double worth_a_term = 7.88;
// A slope that is fewer of its standard errors from 0 says nothing of where the target is.
constexpr double standard_errors_of_slope = 3.0;

std::vector<CurvePoint> points_of(std::span<const Batch> tried, const SizeScale& scale) {
  std::vector<CurvePoint> points;
  for (const Batch& batch : tried) {
    if (batch.responses.count > 1) points.push_back({scale.at(batch.value), batch.responses});
  }
  return points;
}

}  // namespace

TargetCurve::TargetCurve(const SizeScale& scale, double confidence)
    : scale_(scale), z_(normal_quantile(0.5 + 0.5 * confidence)) {}

bool TargetCurve::tells(const ResponseCurve& curve) const {
  const std::optional<double> at = curve.where(scale_.target(), direction_);
  return at && direction_ * curve.slope(*at) > standard_errors_of_slope * curve.slope_error(*at);
}

/// The line or the parabola.
std::optional<ResponseCurve> TargetCurve::best_curve(std::span<const CurvePoint> points) const {
  std::optional<ResponseCurve> line = fit_curve(scale_.kind(), points, 2);
  if (!line) return std::nullopt;
  std::optional<ResponseCurve> parabola = fit_curve(scale_.kind(), points, 3);
  if (!parabola || !tells(*parabola)) return line;
  const bool straight = scale_.of_participants() && line->deviance() - parabola->deviance() <= worth_a_term;
  return straight ? line : parabola;
}

void TargetCurve::fit(std::span<const Batch> tried, double direction) {
  direction_ = direction;
  const std::vector<CurvePoint> all = points_of(tried, scale_);
  std::vector<CurvePoint> used = all;
  curve_ = best_curve(used);
  if (curve_) {
    for (const double width : window_widths) {
      std::vector<CurvePoint> close;
      std::ranges::copy_if(all, std::back_inserter(close), [&](const CurvePoint& point) {
        return std::abs(curve_->predictor(point.at) - scale_.target()) <= width;
      });
      const std::optional<ResponseCurve> local = best_curve(close);
      if (!local || !tells(*local)) break;
      curve_ = local;
      used = std::move(close);
      if (local->df() <= 0 || chi_squared_cdf(local->deviance(), local->df()) < 1.0 - lack_of_fit) break;
    }
  }
  trials_ = 0;
  for (const CurvePoint& point : used) trials_ += point.responses.trials;
}

/// An error of the mean responses as one of the predictor, by the secant from the target to the place: where
/// the responses come near their end, the same error is worth more and more of the predictor.
double TargetCurve::shared_predictor_error(double at, double shared_error) const {
  if (shared_error == 0.0) return 0.0;
  const double predictor = curve_->predictor(at);
  const double moved = scale_.mean(predictor) - scale_.mean(scale_.target());
  if (moved == 0.0) return scale_.predictor_error(shared_error);
  return shared_error * std::abs((predictor - scale_.target()) / moved);
}

/// The end of the interval on one side of the answer: where the curve's own interval no longer holds the
/// target. Very far away where that is nowhere.
double TargetCurve::limit(double at, double side, double shared_error) const {
  const double better = side * direction_;  // 1: towards what reaches the target
  const auto error = [&](double x) {
    return std::hypot(curve_->standard_error(x), shared_predictor_error(x, shared_error));
  };
  const auto beyond = [&](double x) {
    return better * (curve_->predictor(x) - scale_.target()) - z_ * error(x);
  };
  double stride = error(at) / std::abs(curve_->slope(at));
  double near_end = at;
  constexpr int most_strides = 60;
  for (int k = 0; k < most_strides; ++k) {
    const double far_end = near_end + side * stride;
    if (beyond(far_end) > 0.0)
      return find_root(beyond, std::min(near_end, far_end), std::max(near_end, far_end));
    near_end = far_end;
    stride *= 1.3;
  }
  return near_end;
}

std::optional<Crossing> TargetCurve::crossing(double shared_error) const {
  if (!curve_ || !tells(*curve_)) return std::nullopt;
  const double at = *curve_->where(scale_.target(), direction_);
  return Crossing{at, limit(at, -1.0, shared_error), limit(at, 1.0, shared_error)};
}

std::optional<FittedResponse> TargetCurve::fitted(double value) const {
  if (!curve_) return std::nullopt;
  const double at = scale_.at(value);
  const double eta = curve_->predictor(at);
  const double error = curve_->standard_error(at);
  const double one = scale_.mean(eta - z_ * error);
  const double other = scale_.mean(eta + z_ * error);
  // By the delta method, from the half of the interval.
  return FittedResponse{scale_.mean(eta), std::min(one, other), std::max(one, other),
                        std::abs(other - one) / (2.0 * z_)};
}

double TargetCurve::step(const Crossing& crossing, double predictor) const {
  return predictor / curve_->slope(crossing.at);
}

}  // namespace equipoise
