#include "engine/analysis/mmrm/maximize.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

constexpr int most_iterations = 100;
constexpr int most_halvings = 40;

// The decrement g'H^-1 g is twice what a step is expected to gain in log-likelihood, and its square root the
// distance left in standard errors of theta. Newton's steps square the distance: after one from 1e-6
// standard errors nothing is left to gain.
constexpr double last_step = 1e-12;
// Below this a step is rounding itself: the maximum is where one stands.
constexpr double no_step = 1e-18;
// Where steps no longer raise the log-likelihood, a distance of 1e-4 standard errors and less is rounding.
constexpr double good_enough = 1e-8;
// Parameters are scaled by their own information; what is left of one after the others, in a share below
// this, is rounding.
constexpr double least_information = least_own_share;

class Newton {
 public:
  Newton(RepeatedLikelihood& likelihood, RepeatedInformation& information, Arena<double>& reals)
      : likelihood_(likelihood),
        information_(information),
        factor_(reals.take(likelihood.parameters() * likelihood.parameters())),
        step_(reals.take(likelihood.parameters())),
        from_(reals.take(likelihood.parameters())),
        to_(reals.take(likelihood.parameters())) {}

  [[nodiscard]] Maximum operator()(std::span<const double> start) {
    if (!likelihood_.go_to(start)) return {FitStatus::not_converged, 0, {}};
    likelihood_.find_gradient();
    for (int iteration = 1; iteration <= most_iterations; ++iteration) {
      if (!find_step()) return {FitStatus::singular, iteration, {}};
      if (decrement_ <= no_step && observed_) return {FitStatus::ok, iteration, factor_};
      if (!take_step()) {
        if (!(decrement_ <= good_enough) || !likelihood_.go_to(from_)) {
          return {FitStatus::not_converged, iteration, {}};
        }
        likelihood_.find_gradient();
        return {FitStatus::ok, iteration, {}};
      }
      likelihood_.find_gradient();
      if (decrement_ <= last_step) return {FitStatus::ok, iteration, {}};
    }
    return {FitStatus::not_converged, most_iterations, {}};
  }

 private:
  [[nodiscard]] bool find_step() {
    const std::size_t order = likelihood_.parameters();
    information_.find(RepeatedInformation::Of::observed, factor_);
    observed_ = factorize_upper(factor_, order, least_information);
    if (!observed_) {
      information_.find(RepeatedInformation::Of::average, factor_);
      if (!factorize_upper(factor_, order, least_information)) return false;
    }
    std::ranges::copy(likelihood_.gradient(), step_.begin());
    solve_transposed(factor_, order, step_, 1);
    decrement_ = 0.0;
    for (const double part : step_) decrement_ += part * part;
    solve_upper(factor_, order, step_);
    return std::isfinite(decrement_);
  }

  [[nodiscard]] bool take_step() {
    std::ranges::copy(likelihood_.theta(), from_.begin());
    const double before = likelihood_.log_likelihood();
    double length = 1.0;
    for (int halving = 0; halving < most_halvings; ++halving, length *= 0.5) {
      for (std::size_t k = 0; k < to_.size(); ++k) to_[k] = from_[k] + length * step_[k];
      if (!likelihood_.go_to(to_)) continue;
      // So near to the maximum the gain drowns in rounding, and Newton's step is right.
      if (decrement_ <= last_step || likelihood_.log_likelihood() > before) return true;
    }
    return false;
  }

  RepeatedLikelihood& likelihood_;
  RepeatedInformation& information_;
  std::span<double> factor_;  // U in U'U = the information of the step
  std::span<double> step_;
  std::span<double> from_;
  std::span<double> to_;
  double decrement_ = 0.0;
  bool observed_ = false;  // the information is the observed one
};

}  // namespace

Maximum maximize(RepeatedLikelihood& likelihood, RepeatedInformation& information,
                 std::span<const double> start, Arena<double>& reals) {
  return Newton(likelihood, information, reals)(start);
}

}  // namespace equipoise
