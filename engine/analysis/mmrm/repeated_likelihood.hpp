#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/covariance_derivatives.hpp"
#include "engine/analysis/mmrm/covariance_model.hpp"
#include "engine/analysis/mmrm/mean_model.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"

namespace equipoise {

/// The likelihood (restricted or not) of repeated measures as a function of the covariance parameters theta,
/// those of each group's covariance after another, with its gradient; its second derivatives are in
/// RepeatedInformation. The data enter through the sums of each missingness pattern alone. Equations:
/// engine/methods/mmrm.md.
class RepeatedLikelihood {
 public:
  RepeatedLikelihood(const RepeatedMeasures& data, const MeanModel& mean, const CovarianceModel& covariance,
                     Likelihood kind, Arena<double>& reals);

  [[nodiscard]] const RepeatedMeasures& data() const { return *data_; }
  [[nodiscard]] const MeanModel& mean() const { return *mean_; }
  [[nodiscard]] Likelihood kind() const { return kind_; }
  [[nodiscard]] std::size_t parameters() const { return data_->groups * covariance_.parameters(); }

  /// Goes to theta. False where a covariance is not positive definite or the coefficients are not determined;
  /// then nothing else may be asked before the next step.
  [[nodiscard]] bool go_to(std::span<const double> theta);

  // What holds at theta.
  /// How often go_to has been called: what is found at one step holds until the next.
  [[nodiscard]] std::uint64_t step() const { return step_; }
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
  /// Of each pattern one after another, visits x columns of x: sum of residuals times x'.
  [[nodiscard]] std::span<const double> rx() const { return rx_; }

  /// The gradient at theta; find_gradient() first.
  void find_gradient();
  [[nodiscard]] std::span<const double> gradient() const { return gradient_; }
  /// The coefficients' covariance (X'V^-1X)^-1, of the free and of the full ones.
  [[nodiscard]] std::span<const double> phi() const { return phi_; }
  [[nodiscard]] std::span<const double> full_phi() const { return full_phi_; }
  /// Of a pattern W E W and W H W, E = sum rr' and H = sum X Phi X', visits x visits.
  [[nodiscard]] std::span<const double> inner(std::size_t pattern) const {
    return inner_.subspan(pattern * square(), square());
  }
  [[nodiscard]] std::span<const double> spread(std::size_t pattern) const {
    return spread_.subspan(pattern * square(), square());
  }
  /// Of each group one after another, visits x visits: G in d l / d theta = -1/2 sum G dSigma / d theta.
  [[nodiscard]] std::span<const double> over_sigma() const { return over_sigma_; }
  /// The derivatives of Sigma.
  [[nodiscard]] const CovarianceDerivatives& derivatives() const { return derivatives_; }

 private:
  [[nodiscard]] std::size_t square() const { return visits_ * visits_; }
  [[nodiscard]] std::size_t entries() const { return covariance_.entries(); }
  template <std::size_t Fixed>
  bool solve_mean();
  template <std::size_t Fixed>
  void gradient_over_sigma();
  void invert_pattern(std::size_t index);

  const RepeatedMeasures* data_;
  const MeanModel* mean_;
  CovarianceModel covariance_;
  CovarianceDerivatives derivatives_;
  Likelihood kind_;
  std::size_t visits_;
  std::size_t q_;  // columns of x
  std::size_t p_;  // free coefficients

  std::uint64_t step_ = 0;
  double log_likelihood_ = 0.0;
  std::span<double> theta_;
  std::span<double> sigma_;    // a group
  std::span<double> weights_;  // a pattern
  std::span<double> log_det_;  // a pattern
  std::span<double> rx_;       // a pattern: sum r x', visits x q
  std::span<double> rr_;       // a pattern: sum r r', visits x visits
  std::span<double> h_;        // a pattern: sum (x'Phi x) over visits x visits
  std::span<double> inner_;    // a pattern: W (rr) W
  std::span<double> spread_;   // a pattern: W h W
  std::span<double> full_;     // full x full scratch
  std::span<double> factor_;
  std::span<double> beta_;
  std::span<double> full_beta_;
  std::span<double> phi_;
  std::span<double> full_phi_;
  std::span<double> over_sigma_;    // a group: G
  std::span<double> over_entries_;  // the same as derivatives over the entries
  std::span<double> gradient_;
  std::span<double> small_;  // visits x visits scratch, twice
  std::span<double> full_vector_;
  std::span<double> block_;  // p x p scratch
};

}  // namespace equipoise
