#pragma once

#include <optional>
#include <span>

#include <Eigen/Core>

#include "engine/study/responses.hpp"

namespace equipoise {

/// Trials at one place of the curve. `at` is the value of what is varied, on the scale of the fit.
struct CurvePoint {
  double at = 0.0;
  Responses responses;
};

/// The linear predictor that a mean response stands for: the normal quantile of a power, minus the logarithm
/// of a half-width. Both rise with the size of a trial.
[[nodiscard]] double predictor_of(ResponseKind kind, double mean);
/// The reverse.
[[nodiscard]] double mean_at(ResponseKind kind, double predictor);

/// The mean response as a smooth function of what is varied: a polynomial on the scale of the predictor,
/// fitted to trials by maximum likelihood (powers: binomial, probit link) or by weighted least squares
/// (half-widths). engine/methods/sample_size.md has the equations.
class ResponseCurve {
 public:
  [[nodiscard]] double predictor(double at) const;
  [[nodiscard]] double slope(double at) const;
  /// Of the predictor.
  [[nodiscard]] double standard_error(double at) const;
  /// Of the slope.
  [[nodiscard]] double slope_error(double at) const;
  /// Where the predictor takes a value and changes in the direction (1 rising, -1 falling); nothing where it
  /// never does.
  [[nodiscard]] std::optional<double> where(double value, double direction) const;

  [[nodiscard]] int terms() const { return terms_; }
  /// Twice the log-likelihood that a curve through every point would gain.
  [[nodiscard]] double deviance() const { return deviance_; }
  /// Points less terms.
  [[nodiscard]] int df() const { return df_; }

 private:
  friend std::optional<ResponseCurve> fit_curve(ResponseKind, std::span<const CurvePoint>, int);

  using Row = Eigen::Vector3d;

  [[nodiscard]] Row row(double at) const;
  [[nodiscard]] Row row_of_slope(double at) const;
  [[nodiscard]] double error_of(const Row& row) const;

  int terms_ = 2;
  double centre_ = 0.0;  // so that the powers of `at` do not resemble each other
  double spread_ = 1.0;
  Row coefficients_ = Row::Zero();
  Eigen::Matrix3d covariance_ = Eigen::Matrix3d::Zero();
  double deviance_ = 0.0;
  int df_ = 0;
};

/// The curve with 2 terms (a line) or 3 (a parabola). Nothing where the points do not determine it: fewer
/// places than terms, or powers that a step from 0 to 1 fits best.
[[nodiscard]] std::optional<ResponseCurve> fit_curve(ResponseKind kind, std::span<const CurvePoint> points,
                                                     int terms);

}  // namespace equipoise
