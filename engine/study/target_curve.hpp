#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/study/response_curve.hpp"
#include "engine/study/size_scale.hpp"

namespace equipoise {

/// Where a curve takes the target's predictor, on the scale of the fit, and the interval of that place.
struct Crossing {
  double at = 0.0;
  double lower = 0.0;
  double upper = 0.0;
};

/// The mean response near the target: a smooth curve through the trials of a search
/// (engine/methods/sample_size.md).
class TargetCurve {
 public:
  /// `confidence`: of the intervals.
  TargetCurve(const SizeScale& scale, double confidence);

  /// A first curve through everything says which trials are near the target; the curve through those counts.
  /// `direction`: 1 where more is better, -1 where less is.
  void fit(std::span<const Batch> tried, double direction);

  /// Nothing where the trials do not yet say where the target is: the curve must cross it in the right
  /// direction, by more than chance. `shared_error`: the standard error of what all mean responses have in
  /// common beyond their own trials; the interval allows for it.
  [[nodiscard]] std::optional<Crossing> crossing(double shared_error = 0.0) const;
  /// Nothing without a curve.
  [[nodiscard]] std::optional<FittedResponse> fitted(double value) const;
  /// How far on the scale of the fit a step of the predictor is at the crossing; negative where the curve
  /// falls.
  [[nodiscard]] double step(const Crossing& crossing, double predictor) const;
  /// Trials that the curve was fitted to.
  [[nodiscard]] std::uint64_t trials() const { return trials_; }

 private:
  [[nodiscard]] bool tells(const ResponseCurve& curve) const;
  [[nodiscard]] std::optional<ResponseCurve> best_curve(std::span<const CurvePoint> points) const;
  [[nodiscard]] double shared_predictor_error(double at, double shared_error) const;
  [[nodiscard]] double limit(double at, double side, double shared_error) const;

  SizeScale scale_;
  double z_;  // normal quantile of the confidence
  double direction_ = 1.0;
  std::optional<ResponseCurve> curve_;
  std::uint64_t trials_ = 0;
};

}  // namespace equipoise
