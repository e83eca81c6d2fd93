#include "engine/analysis/mixed/maximize_nested.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/numeric/cholesky.hpp"
#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

constexpr int most_iterations = 100;
constexpr int most_halvings = 40;
// Twice what a step is expected to gain in log-likelihood: below it a step is rounding.
constexpr double no_gain = 1e-18;
// The same, where steps no longer raise the log-likelihood.
constexpr double good_enough = 1e-8;
// Groups start with this share of the residual variance: what group therapies are said to have.
constexpr double starting_share = 0.05;
// Variances between groups, as shares of the residual variance, at which a second maximum is looked for: its
// peak is as wide as the distance of two of them.
constexpr std::array<double, 4> farther_shares{0.04, 0.2, 1.0, 5.0};
// Steps of the residual variances at each: enough to tell a peak from none.
constexpr int steps_of_residuals = 2;
// What a second maximum must be higher by in log-likelihood: more than rounding.
constexpr double higher = 1e-7;

/// Newton's method over the parameters from `first` on: with 0 all of them, with 1 the residual variances
/// alone, the variance between groups being zero.
class Newton {
 public:
  Newton(NestedLikelihood& likelihood, Arena<double>& reals)
      : likelihood_(likelihood),
        m_(likelihood.parameters()),
        information_(reals.take(m_ * m_)),
        factor_(reals.take(m_ * m_)),
        gradient_(reals.take(m_)),
        step_(reals.take(m_)),
        from_(reals.take(m_)),
        to_(reals.take(m_)),
        best_(reals.take(m_)),
        without_(reals.take(m_)) {}

  [[nodiscard]] FitStatus operator()(double variance, const NestedData& people) {
    std::ranges::fill(to_, variance);
    to_[0] = 0.0;
    if (!likelihood_.go_to(to_)) return FitStatus::singular;
    const FitStatus without = climb(1);
    if (without != FitStatus::ok || !people.has_groups()) return without;
    std::ranges::copy(likelihood_.theta(), without_.begin());
    likelihood_.find_gradient(gradient_);
    // Where even the first little variance between groups would lower the likelihood there is none near.
    FitStatus status = FitStatus::boundary;
    if (gradient_[0] > 0.0) {
      start_from(starting_share);
      status = likelihood_.go_to(to_) ? climb(0) : FitStatus::not_converged;
    }
    return people.differs_in_size() ? look_farther(status) : status;
  }
  [[nodiscard]] int iterations() const { return iterations_; }

 private:
  /// The residual variances as they are without variance between groups, and a share of the smallest.
  void start_from(double share) {
    std::ranges::copy(without_, to_.begin());
    to_[0] = share * *std::min_element(without_.begin() + 1, without_.end());
  }

  /// The maximum, or another that is higher.
  [[nodiscard]] FitStatus look_farther(FitStatus status) {
    const bool found = status == FitStatus::ok || status == FitStatus::boundary;
    double highest = found ? likelihood_.log_likelihood() : -std::numeric_limits<double>::infinity();
    std::ranges::copy(likelihood_.theta(), best_.begin());
    bool other = false;
    for (const double share : farther_shares) {
      start_from(share);
      if (!likelihood_.go_to(to_)) continue;
      for (int step = 0; step < steps_of_residuals && find_step(1) && take_step(1); ++step) {
      }
      if (!(likelihood_.log_likelihood() > highest + higher)) continue;
      other = true;
      highest = likelihood_.log_likelihood();
      std::ranges::copy(likelihood_.theta(), best_.begin());
    }
    if (!likelihood_.go_to(best_)) return FitStatus::not_converged;
    return other ? climb(0) : status;
  }

  [[nodiscard]] FitStatus climb(std::size_t first) {
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      ++iterations_;
      if (!find_step(first)) return FitStatus::singular;
      if (decrement_ <= no_gain) return FitStatus::ok;
      if (take_step(first)) continue;
      const bool near = decrement_ <= good_enough && likelihood_.go_to(from_);
      return near ? FitStatus::ok : FitStatus::not_converged;
    }
    return FitStatus::not_converged;
  }

  [[nodiscard]] bool find_step(std::size_t first) {
    likelihood_.find_gradient(gradient_);
    const std::size_t free = m_ - first;
    for (const auto kind : {NestedLikelihood::Of::observed, NestedLikelihood::Of::average}) {
      likelihood_.find_information(kind, information_);
      for (std::size_t k = 0; k < free; ++k) {
        for (std::size_t l = 0; l < free; ++l)
          factor_[k * free + l] = information_[(k + first) * m_ + l + first];
      }
      const auto factor = factor_.first(free * free);
      if (!factorize(factor, free)) continue;
      const auto step = step_.first(free);
      std::copy_n(gradient_.begin() + static_cast<std::ptrdiff_t>(first), free, step.begin());
      forward_substitute(factor, free, step);
      decrement_ = dot(step, step);
      back_substitute(factor, free, step);
      return std::isfinite(decrement_);
    }
    return false;
  }

  [[nodiscard]] bool take_step(std::size_t first) {
    std::ranges::copy(likelihood_.theta(), from_.begin());
    const double before = likelihood_.log_likelihood();
    double length = 1.0;
    for (int halving = 0; halving < most_halvings; ++halving, length *= 0.5) {
      std::ranges::copy(from_, to_.begin());
      for (std::size_t k = first; k < m_; ++k) to_[k] += length * step_[k - first];
      if (to_[0] < 0.0 || !likelihood_.go_to(to_)) continue;
      if (decrement_ <= 1e-12 || likelihood_.log_likelihood() > before) return true;
    }
    return false;
  }

  NestedLikelihood& likelihood_;
  std::size_t m_;
  std::span<double> information_;
  std::span<double> factor_;
  std::span<double> gradient_;
  std::span<double> step_;
  std::span<double> from_;
  std::span<double> to_;
  std::span<double> best_;
  std::span<double> without_;  // at the maximum without variance between groups
  double decrement_ = 0.0;
  int iterations_ = 0;
};

}  // namespace

NestedMaximum maximize_nested(NestedLikelihood& likelihood, double variance, const NestedData& people,
                              Arena<double>& reals) {
  Newton newton(likelihood, reals);
  const FitStatus status = newton(variance, people);
  return {status, newton.iterations()};
}

}  // namespace equipoise
