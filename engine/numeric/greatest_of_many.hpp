#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace equipoise {

/// The upper tail of the greatest of up to 64 standard normal or Student t statistics with known
/// correlations: P(max T_i >= t) or, on both sides, P(max |T_i| >= t), over any subset of them.
///
/// Where every correlation is a product l_i l_j (Dunnett's comparisons with one comparator), an integral over
/// the common part, and for Student's t another over the scale they share; both by the trapezoidal rule,
/// whose error for such integrands falls exponentially: below 1e-10 (engine/methods/multiplicity.md). Else by
/// Genz's (1992) transformation at fixed points, to some 1e-6 for up to four statistics, 1e-4 for many.
class GreatestOfMany {
 public:
  enum class Tail { upper, both };

  GreatestOfMany() = default;
  /// `correlation` is symmetric, row by row, with ones on its diagonal.
  GreatestOfMany(std::span<const double> correlation, std::size_t count, Tail tail);

  /// Of the statistics whose bits are set, at least one. `df` > 0 may be infinite: normal. Allocates nothing.
  [[nodiscard]] double tail(std::uint64_t subset, double t, double df) const;

  /// Whether the correlations are products, and their tail an integral.
  [[nodiscard]] bool has_one_factor() const { return !loads_.empty() || count_ == 0; }

 private:
  std::size_t count_ = 0;
  Tail tail_ = Tail::both;
  std::vector<double> correlation_;
  std::vector<double> loads_;  // empty where the correlations are no products
};

/// Whether the matrix is symmetric with ones on its diagonal and has no negative eigenvalue (but for rounding
/// of the order of 1e-8).
[[nodiscard]] bool is_correlation(std::span<const double> matrix, std::size_t order);

/// The numbers l with correlation l_i l_j for every i and j that differ, none beyond 1 in size; empty where
/// there are none.
[[nodiscard]] std::vector<double> one_factor_loads(std::span<const double> correlation, std::size_t order);

}  // namespace equipoise
