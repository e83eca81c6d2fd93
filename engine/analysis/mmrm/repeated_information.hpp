#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_likelihood.hpp"
#include "engine/base/stop.hpp"

namespace equipoise {

/// The information about theta where a likelihood stands, and what it says of the variance of a contrast. To
/// be asked after the likelihood's find_gradient(). Equations: engine/methods/mmrm.md.
class RepeatedInformation {
 public:
  /// The likelihood must outlive it. Once `stop` is set, whatever takes long throws Interrupted.
  RepeatedInformation(const RepeatedLikelihood& likelihood, Arena<double>& reals, StopFlag stop = {});

  /// `average`: of the observed and the expected.
  enum class Of { observed, average, expected };
  /// out: parameters x parameters.
  void find(Of kind, std::span<double> out);

  /// For v = Phi l (as visits x columns of x): the gradient of l'Phi l over theta.
  void find_variance_gradient(std::span<const double> full_v, std::span<double> out);
  /// sum_kl w_kl [v'Q_kl v - (P_k v)'Phi(P_l v) - v'R_kl v / 4] for the v of the last find_variance_gradient;
  /// with or without the term in R. w and scratch: parameters x parameters.
  [[nodiscard]] double kenward_roger_excess(std::span<const double> w, bool with_second,
                                            std::span<double> scratch);

 private:
  [[nodiscard]] std::size_t square() const { return visits_ * visits_; }
  /// Of one group's covariance.
  [[nodiscard]] std::size_t entries() const { return packed(visits_, 0); }
  template <std::size_t Fixed>
  void find_quadratic(Of kind, std::span<double> out);
  template <std::size_t Fixed>
  void add_quadratic(std::span<const double> weights, std::span<const double> other);
  void pack_quadratic(std::size_t group, std::span<double> out) const;
  void find_trace_terms();
  void find_projected(std::span<const double> over_x);
  void find_v_moments(std::span<const double> full_v);
  void add_products(std::span<const double> rows, std::size_t length, double scale,
                    std::span<double> out) const;

  const RepeatedLikelihood& at_;
  const RepeatedMeasures& data_;
  const MeanModel& mean_;
  StopFlag stop_;
  std::size_t visits_;
  std::size_t q_;  // columns of x
  std::size_t p_;  // free coefficients

  std::uint64_t traces_of_ = 0;  // the likelihood's step they were found at; 0: none
  std::span<double> traces_;     // an entry of each group: U^-T P U^-1, p x p
  std::span<double> projected_;  // an entry of each group: p numbers
  std::span<double> curvature_;  // entries x entries over all groups
  std::span<double> quadratic_;  // entries of one group x (visits x visits)
  std::span<double> vx_;         // a pattern: V xx, visits x q
  std::span<double> v_outer_;    // a pattern: W (V xx V') W
  std::span<double> v_sums_;     // a group: sum of v_outer
  std::span<double> full_;       // full x full scratch
  std::span<double> small_;      // visits x visits, twice, or visits x q scratch
  std::span<double> block_;      // p x p scratch
};

}  // namespace equipoise
