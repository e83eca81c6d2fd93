#pragma once

#include <cstddef>
#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/covariance_model.hpp"

namespace equipoise {

/// From derivatives over the entries of each group's Sigma to derivatives over theta, the parameters of each
/// group's covariance after another. Over entries means packed lower triangles, one group after another, an
/// entry off the diagonal standing for both of its places.
class CovarianceDerivatives {
 public:
  CovarianceDerivatives(const CovarianceModel& covariance, std::size_t groups, Arena<double>& reals);

  /// Takes the derivatives at theta.
  void go_to(std::span<const double> theta);

  /// out = J' over_entries, J of each group.
  void gradient(std::span<const double> over_entries, std::span<double> out) const;
  /// out = J' over_entries J; over_entries is symmetric.
  void information(std::span<const double> over_entries, std::span<double> out) const;
  /// Adds scale times sum_ab weights_ab d^2 Sigma_ab / d theta_k d theta_l, weights (visits x visits) of each
  /// group.
  void add_second_derivatives(std::span<const double> weights, double scale, std::span<double> out) const;

 private:
  [[nodiscard]] std::size_t entries() const { return covariance_.entries(); }
  [[nodiscard]] std::size_t parameters() const { return groups_ * covariance_.parameters(); }

  CovarianceModel covariance_;
  std::size_t groups_;
  std::span<double> theta_;
  std::span<double> jacobian_;  // a group: d entries / d theta
  std::span<double> half_way_;  // entries x parameters scratch
};

}  // namespace equipoise
