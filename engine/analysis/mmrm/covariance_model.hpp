#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/options.hpp"

namespace equipoise {

/// Where the entry of row a and column b <= a stands in a symmetric matrix kept as its lower triangle, row by
/// row.
[[nodiscard]] constexpr std::size_t packed(std::size_t a, std::size_t b) {
  return a * (a + 1) / 2 + b;
}

/// A participant's covariance over visits as a function of its parameters theta: Sigma(theta), its first
/// derivatives and what its second derivatives add up to. Parameters enter linearly where the structure
/// allows; otherwise they are variances and correlations (engine/methods/mmrm.md lists them).
class CovarianceModel {
 public:
  enum class Form {
    unstructured,  // every variance and covariance
    compound,      // one variance, one covariance
    bands,         // one covariance a distance
    correlated,    // variances times correlations
    slope,         // random intercept and slope: Z D Z' + s^2 I
    slope_rank_1,  // the same with D = a a'
    independent,   // s^2 I
  };

  /// `positions`: the visits' places on the schedule, ascending; distances are counted in places. The span
  /// must outlive the model.
  CovarianceModel(CovarianceStructure structure, std::span<const std::uint32_t> positions);
  /// A random-effects form; `months` say when the visits are and must outlive the model.
  CovarianceModel(Form form, std::span<const double> months);

  [[nodiscard]] std::size_t visits() const { return visits_; }
  [[nodiscard]] std::size_t parameters() const { return parameters_; }
  /// Entries of a symmetric matrix over the visits.
  [[nodiscard]] std::size_t entries() const { return packed(visits_, 0); }
  [[nodiscard]] bool linear() const { return form_ != Form::correlated && form_ != Form::slope_rank_1; }
  /// Whether theta are the entries themselves.
  [[nodiscard]] bool unstructured() const { return form_ == Form::unstructured; }

  /// Sigma, visits x visits. False where a variance or the residual variance is not positive.
  [[nodiscard]] bool covariance(std::span<const double> theta, std::span<double> sigma) const;
  /// d Sigma_ab / d theta_k at packed(a, b) * parameters() + k.
  void derivatives(std::span<const double> theta, std::span<double> out) const;
  /// Adds to out (parameters x parameters) scale times the sum over a and b of weights_ab d^2 Sigma_ab /
  /// d theta_k d theta_l. `weights` is symmetric, visits x visits.
  void add_second_derivatives(std::span<const double> theta, std::span<const double> weights, double scale,
                              std::span<double> out) const;
  /// The theta whose Sigma is near a given covariance.
  void near(std::span<const double> sigma, std::span<double> theta) const;

 private:
  /// How correlations depend on their parameters.
  enum class Correlation { constant, power, band, product };

  [[nodiscard]] std::size_t variance_count() const { return heterogeneous_ ? visits_ : 1; }
  [[nodiscard]] std::size_t lag(std::size_t a, std::size_t b) const { return positions_[a] - positions_[b]; }
  /// Of a > b: the correlation, its derivative and its second derivative in the correlation parameters.
  [[nodiscard]] double correlation(const double* rho, std::size_t a, std::size_t b) const;
  [[nodiscard]] double d_correlation(const double* rho, std::size_t a, std::size_t b, std::size_t k) const;
  [[nodiscard]] double d2_correlation(const double* rho, std::size_t a, std::size_t b, std::size_t k,
                                      std::size_t l) const;
  void near_correlated(std::span<const double> sigma, std::span<double> theta) const;
  void near_slope(std::span<const double> sigma, std::span<double> theta) const;

  Form form_;
  Correlation correlation_ = Correlation::constant;
  bool heterogeneous_ = false;
  std::size_t visits_;
  std::size_t parameters_ = 0;
  std::span<const std::uint32_t> positions_;
  std::span<const double> months_;
};

}  // namespace equipoise
