#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/options.hpp"

namespace equipoise {

/// Clusters of one size and one residual variance. Of the columns z = (x, y) their members have: sums of
/// products over people, and over clusters the products of each cluster's sums.
struct ClusterClass {
  std::size_t size = 1;      // members of a cluster
  std::size_t residual = 0;  // whose variance: 0, or the place of the arm
  bool grouped = false;      // a therapy group, not somebody by themselves
  double clusters = 0.0;
  std::span<double> products;  // sum z z'
  std::span<double> of_sums;   // sum over clusters of (sum z)(sum z)'
};

/// The likelihood of a partially nested model as a function of theta = (variance between therapy groups,
/// residual variances), with its derivatives. A cluster's covariance has two eigenvalues, one on its mean and
/// one within, so that every matrix that is needed is a pair of numbers a class. Equations:
/// engine/methods/mixed.md.
class NestedLikelihood {
 public:
  /// `columns`: x and y, y last.
  NestedLikelihood(std::span<const ClusterClass> classes, std::size_t columns, std::size_t residuals,
                   Likelihood kind, Arena<double>& reals);

  [[nodiscard]] std::size_t parameters() const { return residuals_ + 1; }
  /// Goes to theta. False where a residual variance is not positive or the coefficients are not determined.
  [[nodiscard]] bool go_to(std::span<const double> theta);
  [[nodiscard]] double log_likelihood() const { return log_likelihood_; }
  [[nodiscard]] std::span<const double> theta() const { return theta_; }
  [[nodiscard]] std::span<const double> coefficients() const { return beta_; }
  /// (X'V^-1X)^-1.
  [[nodiscard]] std::span<const double> phi() const { return phi_; }

  void find_gradient(std::span<double> out);
  enum class Of { observed, average, expected };
  void find_information(Of kind, std::span<double> out);
  /// d (l'Phi l) / d theta for v = Phi l.
  void find_variance_gradient(std::span<const double> v, std::span<double> out);
  /// sum_kl w_kl v'(Q_kl - P_k Phi P_l) v.
  [[nodiscard]] double kenward_roger_excess(std::span<const double> v, std::span<const double> w);

 private:
  /// Eigenvalues of a matrix on a cluster's mean and within it.
  struct Pair {
    double mean = 0.0;
    double within = 0.0;
  };
  [[nodiscard]] Pair covariance(const ClusterClass& of) const;
  [[nodiscard]] static Pair derivative(const ClusterClass& of, std::size_t parameter);
  /// sum Z'MZ, M = V^-1 V_k V^-1 (V_l V^-1); parameters beyond the last: none.
  void combine(std::size_t k, std::size_t l, std::span<double> out) const;
  [[nodiscard]] double trace(std::size_t k, std::size_t l) const;
  [[nodiscard]] double quadratic(std::span<const double> matrix, std::span<const double> left,
                                 std::span<const double> right) const;
  void times(std::span<const double> matrix, std::span<const double> vector, std::span<double> out) const;
  [[nodiscard]] double trace_product(std::span<const double> matrix) const;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::span<const ClusterClass> classes_;
  std::size_t columns_;
  std::size_t p_;
  std::size_t residuals_;
  Likelihood kind_;
  double people_ = 0.0;
  double log_likelihood_ = 0.0;
  std::span<double> theta_;
  std::span<double> beta_;
  std::span<double> residual_;  // (-beta, 1)
  std::span<double> whole_;
  std::span<double> factor_;
  std::span<double> phi_;
  std::span<double> single_;  // a parameter: sum Z'V^-1V_kV^-1Z
  std::span<double> pair_;
  std::span<double> product_;  // a parameter: Phi P_k
  std::span<double> vectors_;  // a parameter: columns
  std::span<double> scratch_;
};

}  // namespace equipoise
