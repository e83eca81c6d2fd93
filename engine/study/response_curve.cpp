#include "engine/study/response_curve.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Cholesky>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

using Row = Eigen::Vector3d;
using Matrix = Eigen::Matrix3d;

// Fisher's scoring gains digits quadratically from a start that is near; what is not there by then diverges.
constexpr int most_steps = 50;
constexpr double step_tolerance = 1e-9;  // of the largest coefficient
// A predictor this far out is a power that no number of trials here could tell from 0 or 1.
constexpr double farthest_predictor = 8.0;
// A share of the mean below which a spread of half-widths is rounding.
constexpr double smallest_spread = 1e-7;

/// One point of the weighted regression: the working response, its weight and its row of the design.
struct Working {
  Row row;
  double response = 0.0;
  double weight = 0.0;
};

struct Solution {
  Row coefficients = Row::Zero();
  Matrix covariance = Matrix::Zero();
};

/// Weighted least squares in the first `terms` columns; nothing where they are not independent.
std::optional<Solution> least_squares(std::span<const Working> points, int terms) {
  Matrix information = Matrix::Zero();
  Row right = Row::Zero();
  for (const Working& point : points) {
    information += point.weight * point.row * point.row.transpose();
    right += point.weight * point.response * point.row;
  }
  for (int t = terms; t < 3; ++t) information(t, t) = 1.0;  // a column that is not there
  const Eigen::LDLT<Matrix> factors(information);
  const double smallest = factors.vectorD().minCoeff();
  if (!(smallest > 1e-12 * factors.vectorD().maxCoeff())) return std::nullopt;
  Solution solution{factors.solve(right), factors.solve(Matrix::Identity())};
  for (int t = terms; t < 3; ++t) {
    solution.coefficients(t) = 0.0;
    solution.covariance.row(t).setZero();
    solution.covariance.col(t).setZero();
  }
  return solution;
}

/// n log(n / m), 0 where nothing was counted.
double surprise(double counted, double expected) {
  return counted > 0.0 ? counted * std::log(counted / expected) : 0.0;
}

double binomial_deviance(std::span<const CurvePoint> points, std::span<const Row> rows, const Row& beta) {
  double deviance = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto n = static_cast<double>(points[i].responses.count);
    const double eta = rows[i].dot(beta);
    deviance += 2.0 * surprise(points[i].responses.sum, n * normal_cdf(eta));
    deviance += 2.0 * surprise(n - points[i].responses.sum, n * normal_cdf(-eta));
  }
  return deviance;
}

/// The share of rejections with half a trial on each side, so that none and all have a place.
double tempered_share(const Responses& responses) {
  return (responses.sum + 0.5) / (static_cast<double>(responses.count) + 1.0);
}

std::vector<Working> start_of(std::span<const CurvePoint> points, std::span<const Row> rows) {
  std::vector<Working> start;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double eta = normal_quantile(tempered_share(points[i].responses));
    const double p = normal_cdf(eta);
    const double density = normal_density(eta);
    start.push_back(
        {rows[i], eta, static_cast<double>(points[i].responses.count) * density * density / (p * (1.0 - p))});
  }
  return start;
}

/// Fisher's scoring from the present coefficients: the regression whose solution is the next step.
std::vector<Working> scoring_step(std::span<const CurvePoint> points, std::span<const Row> rows,
                                  const Row& beta) {
  std::vector<Working> step;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto n = static_cast<double>(points[i].responses.count);
    const double eta = std::clamp(rows[i].dot(beta), -farthest_predictor, farthest_predictor);
    const double p = normal_cdf(eta);
    const double density = normal_density(eta);
    step.push_back({rows[i], eta + (points[i].responses.sum / n - p) / density,
                    n * density * density / (p * normal_cdf(-eta))});
  }
  return step;
}

struct Fitted {
  Solution solution;
  double deviance = 0.0;
};

std::optional<Fitted> fit_rejections(std::span<const CurvePoint> points, std::span<const Row> rows,
                                     int terms) {
  std::optional<Solution> solution = least_squares(start_of(points, rows), terms);
  if (!solution) return std::nullopt;
  double deviance = binomial_deviance(points, rows, solution->coefficients);
  for (int step = 0; step < most_steps; ++step) {
    const Row before = solution->coefficients;
    solution = least_squares(scoring_step(points, rows, before), terms);
    if (!solution) return std::nullopt;
    double next = binomial_deviance(points, rows, solution->coefficients);
    // A step that overshoots is halved until it gains.
    for (int halving = 0; halving < 20 && !(next <= deviance + 1e-9 * (1.0 + deviance)); ++halving) {
      solution->coefficients = 0.5 * (solution->coefficients + before);
      next = binomial_deviance(points, rows, solution->coefficients);
    }
    deviance = next;
    const double tolerance = step_tolerance * (1.0 + before.cwiseAbs().maxCoeff());
    if (!((solution->coefficients - before).cwiseAbs().maxCoeff() > tolerance)) {
      const auto far = [&](const Row& row) {
        return std::abs(row.dot(solution->coefficients)) >= farthest_predictor;
      };
      // Everything at 0 or 1: a step, of which the curve cannot find the end.
      if (std::ranges::all_of(rows, far)) return std::nullopt;
      return Fitted{*solution, deviance};
    }
  }
  return std::nullopt;
}

std::optional<Fitted> fit_half_widths(std::span<const CurvePoint> points, std::span<const Row> rows,
                                      int terms) {
  std::vector<Working> working;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Responses& responses = points[i].responses;
    // By the delta method the variance of the logarithm of a mean is its squared relative standard error.
    const double relative = std::max(std::sqrt(responses.variance()) / responses.mean(), smallest_spread);
    working.push_back(
        {rows[i], -std::log(responses.mean()), static_cast<double>(responses.count) / (relative * relative)});
  }
  const std::optional<Solution> solution = least_squares(working, terms);
  if (!solution) return std::nullopt;
  double deviance = 0.0;
  for (const Working& point : working) {
    const double residual = point.response - point.row.dot(solution->coefficients);
    deviance += point.weight * residual * residual;
  }
  return Fitted{*solution, deviance};
}

std::size_t places(std::span<const CurvePoint> points) {
  std::vector<double> at;
  for (const CurvePoint& point : points) at.push_back(point.at);
  std::ranges::sort(at);
  return static_cast<std::size_t>(std::unique(at.begin(), at.end()) - at.begin());
}

}  // namespace

double predictor_of(ResponseKind kind, double mean) {
  return kind == ResponseKind::rejection ? normal_quantile(mean) : -std::log(mean);
}

double mean_at(ResponseKind kind, double predictor) {
  return kind == ResponseKind::rejection ? normal_cdf(predictor) : std::exp(-predictor);
}

ResponseCurve::Row ResponseCurve::row(double at) const {
  const double x = (at - centre_) / spread_;
  return {1.0, x, terms_ == 3 ? x * x : 0.0};
}

ResponseCurve::Row ResponseCurve::row_of_slope(double at) const {
  const double x = (at - centre_) / spread_;
  return {0.0, 1.0 / spread_, terms_ == 3 ? 2.0 * x / spread_ : 0.0};
}

double ResponseCurve::error_of(const Row& row) const {
  return std::sqrt(std::max(0.0, row.dot(covariance_ * row)));
}

double ResponseCurve::predictor(double at) const {
  return row(at).dot(coefficients_);
}

double ResponseCurve::slope(double at) const {
  return row_of_slope(at).dot(coefficients_);
}

double ResponseCurve::standard_error(double at) const {
  return error_of(row(at));
}

double ResponseCurve::slope_error(double at) const {
  return error_of(row_of_slope(at));
}

std::optional<double> ResponseCurve::where(double value, double direction) const {
  const double a = coefficients_(2);
  const double b = coefficients_(1);
  const double c = coefficients_(0) - value;
  if (!(a != 0.0)) {
    if (!(b * direction > 0.0)) return std::nullopt;
    return centre_ - spread_ * c / b;
  }
  const double discriminant = b * b - 4.0 * a * c;
  if (!(discriminant > 0.0)) return std::nullopt;
  // The slope at the root is plus or minus the root of the discriminant: one root for each direction. In the
  // form that does not subtract nearly equal numbers.
  const double root = direction * std::sqrt(discriminant);
  const double x = b * direction > 0.0 ? -2.0 * c / (b + root) : (root - b) / (2.0 * a);
  return centre_ + spread_ * x;
}

std::optional<ResponseCurve> fit_curve(ResponseKind kind, std::span<const CurvePoint> points, int terms) {
  EQUIPOISE_EXPECTS(terms == 2 || terms == 3);
  if (places(points) < static_cast<std::size_t>(terms)) return std::nullopt;
  ResponseCurve curve;
  curve.terms_ = terms;
  double trials = 0.0;
  double sum = 0.0;
  double farthest = 0.0;
  for (const CurvePoint& point : points) {
    const auto n = static_cast<double>(point.responses.count);
    trials += n;
    sum += n * point.at;
  }
  curve.centre_ = sum / trials;
  for (const CurvePoint& point : points) farthest = std::max(farthest, std::abs(point.at - curve.centre_));
  curve.spread_ = farthest;
  std::vector<Row> rows;
  for (const CurvePoint& point : points) rows.push_back(curve.row(point.at));
  const std::optional<Fitted> fitted = kind == ResponseKind::rejection ? fit_rejections(points, rows, terms)
                                                                       : fit_half_widths(points, rows, terms);
  if (!fitted) return std::nullopt;
  curve.coefficients_ = fitted->solution.coefficients;
  curve.covariance_ = fitted->solution.covariance;
  curve.deviance_ = fitted->deviance;
  curve.df_ = static_cast<int>(points.size()) - terms;
  return curve;
}

}  // namespace equipoise
