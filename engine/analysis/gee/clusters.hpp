#pragma once

#include <cstddef>
#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/gee/working_correlation.hpp"
#include "engine/analysis/options.hpp"

namespace equipoise {

// Fay and Graubard (2001), section 2.3: a correction by more than this would come from one cluster alone.
inline constexpr double most_correction = 0.75;

/// The clusters of one analysis in Pearson's scale: e = (y - mu) / sd(mu), Z = dmu/deta / sd(mu) X.
class GeeClusters {
 public:
  virtual ~GeeClusters() = default;

  [[nodiscard]] virtual std::size_t coefficients() const = 0;
  [[nodiscard]] virtual std::size_t observations() const = 0;
  [[nodiscard]] virtual std::size_t clusters() const = 0;

  /// Finds e and Z at these coefficients.
  virtual void go_to(std::span<const double> beta) = 0;
  /// The largest log odds there; 0 where the link is the identity.
  [[nodiscard]] virtual double largest_log_odds() const = 0;
  /// sum e^2
  [[nodiscard]] virtual double squares() const = 0;
  virtual void add_pairs(PairSums& sums) const = 0;
  /// sum Z'R^-1 Z (upper triangle) and sum Z'R^-1 e. False where R is no correlation.
  [[nodiscard]] virtual bool sum(const WorkingCorrelation& correlation, std::span<double> information,
                                 std::span<double> score) = 0;

  /// The fit that a sandwich is asked of: R, [sum Z'R^-1 Z]^-1 and its inverse, both triangles.
  struct Bread {
    const WorkingCorrelation& correlation;
    std::span<const double> inverse;
    std::span<const double> information;
  };
  /// The sandwich variance of l'beta: sum over clusters of (l'M Z'R^-1 f(H) e)^2.
  [[nodiscard]] virtual double robust_variance(const Bread& bread, std::span<const double> l,
                                               GeeOptions::Correction correction, Arena<double>& reals) = 0;
};

}  // namespace equipoise
