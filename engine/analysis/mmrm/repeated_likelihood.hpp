#pragma once

#include <cstddef>
#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/covariance_model.hpp"
#include "engine/analysis/mmrm/mean_model.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"

namespace equipoise {

/// The likelihood (restricted or not) of repeated measures as a function of the covariance parameters theta,
/// those of each group's covariance after another, with its derivatives. The data enter through the sums of
/// each missingness pattern alone. Equations: engine/methods/mmrm.md.
class RepeatedLikelihood {
 public:
  RepeatedLikelihood(const RepeatedMeasures& data, const MeanModel& mean, const CovarianceModel& covariance,
                     Likelihood kind, Arena<double>& reals);

  [[nodiscard]] std::size_t parameters() const { return data_->groups * covariance_.parameters(); }

  /// Goes to theta. False where a covariance is not positive definite or the coefficients are not determined;
  /// then nothing else may be asked before the next step.
  [[nodiscard]] bool go_to(std::span<const double> theta);

  // What holds at theta.
  [[nodiscard]] Likelihood kind() const { return kind_; }
  [[nodiscard]] double log_likelihood() const { return log_likelihood_; }
  [[nodiscard]] std::span<const double> theta() const { return theta_; }
  /// Covariance of a group, visits x visits.
  [[nodiscard]] std::span<const double> sigma(std::size_t group) const {
    return sigma_.subspan(group * square(), square());
  }
  /// Inverse of the observed block of a pattern's covariance, zero outside, visits x visits.
  [[nodiscard]] std::span<const double> weights(std::size_t pattern) const {
    return weights_.subspan(pattern * square(), square());
  }
  [[nodiscard]] std::span<const double> coefficients() const { return beta_; }
  /// The same, visits x columns of x.
  [[nodiscard]] std::span<const double> full_coefficients() const { return full_beta_; }
  /// U in X'V^-1X = U'U.
  [[nodiscard]] std::span<const double> factor() const { return factor_; }

  /// The gradient at theta; find_gradient() first.
  void find_gradient();
  [[nodiscard]] std::span<const double> gradient() const { return gradient_; }
  /// The coefficients' covariance (X'V^-1X)^-1, of the free and of the full ones.
  [[nodiscard]] std::span<const double> phi() const { return phi_; }
  [[nodiscard]] std::span<const double> full_phi() const { return full_phi_; }

  /// The information about theta; after find_gradient(). `average`: of the observed and the expected.
  enum class Of { observed, average, expected };
  void find_information(Of kind, std::span<double> out);

  /// For v = Phi l (as visits x columns of x): the gradient of l'Phi l over theta.
  void find_variance_gradient(std::span<const double> full_v, std::span<double> out);
  /// sum_kl w_kl [v'Q_kl v - (P_k v)'Phi(P_l v) - v'R_kl v / 4] for the v of the last find_variance_gradient;
  /// with or without the term in R. w and scratch: parameters x parameters.
  [[nodiscard]] double kenward_roger_excess(std::span<const double> w, bool with_second,
                                            std::span<double> scratch);

 private:
  [[nodiscard]] std::size_t square() const { return visits_ * visits_; }
  [[nodiscard]] std::size_t entries() const { return covariance_.entries(); }
  template <std::size_t Fixed>
  bool solve_mean();
  template <std::size_t Fixed>
  void gradient_over_sigma();
  template <std::size_t Fixed>
  void find_quadratic(Of kind, std::span<double> out);
  template <std::size_t Fixed>
  void add_quadratic(std::span<const double> weights, std::span<const double> other);
  void pack_quadratic(std::size_t group, std::span<double> out) const;
  void invert_pattern(std::size_t index);
  void find_trace_terms();
  void find_projected(std::span<const double> over_x);
  void find_v_moments(std::span<const double> full_v);
  void add_products(std::span<const double> rows, std::size_t length, double scale,
                    std::span<double> out) const;
  void add_second_derivatives(std::span<const double> weights, double scale, std::span<double> out);
  void find_derivatives();
  void to_theta(std::span<const double> over_entries, std::span<double> out) const;
  void to_theta_vector(std::span<const double> over_entries, std::span<double> out) const;

  const RepeatedMeasures* data_;
  const MeanModel* mean_;
  CovarianceModel covariance_;
  Likelihood kind_;
  std::size_t visits_;
  std::size_t q_;  // columns of x
  std::size_t p_;  // free coefficients

  double log_likelihood_ = 0.0;
  bool derivatives_known_ = false;
  bool traces_known_ = false;
  std::span<double> theta_;
  std::span<double> sigma_;    // a group
  std::span<double> weights_;  // a pattern
  std::span<double> log_det_;  // a pattern
  std::span<double> rx_;       // a pattern: sum r x', visits x q
  std::span<double> rr_;       // a pattern: sum r r', visits x visits
  std::span<double> h_;        // a pattern: sum (x'Phi x) over visits x visits
  std::span<double> inner_;    // a pattern: W (rr) W
  std::span<double> spread_;   // a pattern: W h W
  std::span<double> v_outer_;  // a pattern: W (V xx V') W
  std::span<double> full_;     // full x full scratch
  std::span<double> factor_;
  std::span<double> beta_;
  std::span<double> full_beta_;
  std::span<double> phi_;
  std::span<double> full_phi_;
  std::span<double> over_sigma_;  // a group: G with d loglik / d theta = -1/2 sum G dSigma
  std::span<double> gradient_;
  std::span<double> jacobian_;   // a group: d entries / d theta
  std::span<double> traces_;     // an entry of each group: U^-T P U^-1, p x p
  std::span<double> projected_;  // an entry of each group: p numbers
  std::span<double> curvature_;  // entries x entries over all groups
  std::span<double> quadratic_;  // entries of one group x (visits x visits)
  std::span<double> vx_;         // a pattern: V xx, visits x q
  std::span<double> v_sums_;     // a group: sum of v_outer
  std::span<double> half_way_;   // entries x parameters scratch
  std::span<double> small_;      // visits x visits and visits x q scratch
  std::span<double> full_vector_;
  std::span<double> block_;  // p x p scratch
};

}  // namespace equipoise
