#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/options.hpp"
#include "engine/design/trial_data.hpp"

namespace equipoise {

/// Sums over all pairs of observations of a cluster, by their distance in places on the schedule; members of
/// a therapy group are at distance 0.
struct PairSums {
  std::array<double, most_visits> products{};  // of Pearson residuals
  std::array<double, most_visits> counts{};
};

/// What is guessed of the correlation within a cluster: one number, from which R of every cluster follows
/// (engine/methods/gee.md).
class WorkingCorrelation {
 public:
  explicit WorkingCorrelation(GeeOptions::Correlation kind) : kind_(kind) {}

  [[nodiscard]] double value() const { return alpha_; }
  [[nodiscard]] bool estimated() const { return kind_ != GeeOptions::Correlation::independence; }

  /// The correlation of two observations of a cluster.
  [[nodiscard]] double at(std::uint32_t distance) const;

  /// R^-1 = own (1 - shared J) of so many observations that are all correlated alike.
  struct Exchangeable {
    double own = 1.0;
    double shared = 0.0;
  };
  /// False where R is no correlation. Of ar1 only at distance 0, where it never is one.
  [[nodiscard]] bool invert(std::size_t size, Exchangeable& inverse) const;

  /// R and R^-1 of observations at these places on the schedule, in ascending order; row by row. False where
  /// R is no correlation.
  [[nodiscard]] bool matrices(std::span<const std::uint32_t> places, std::span<double> r,
                              std::span<double> inverse) const;

  /// One step of Gauss and Newton towards the least-squares fit of the correlations to the products, which
  /// for an exchangeable one is their mean. `scale`: phi, the mean squared residual. Returns the change.
  double fit(const PairSums& sums, double scale);

 private:
  GeeOptions::Correlation kind_;
  double alpha_ = 0.0;
};

}  // namespace equipoise
