#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace equipoise {

/// Where a model is asked for Sobol indices: rows of points in the unit cube, each row a point A, an
/// independent point B, and for every factor the point A with that factor's coordinate taken from B (Saltelli
/// et al., Computer Physics Communications 181, 2010). The rows come from Sobol's sequence.
class SaltelliPoints {
 public:
  SaltelliPoints(std::size_t rows, std::size_t factors, std::uint64_t seed);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t factors() const { return factors_; }
  /// Points of a row: A, B, and one for each factor.
  [[nodiscard]] std::size_t points_in_row() const { return factors_ + 2; }
  /// The coordinate of a factor in a point of a row, in (0, 1).
  [[nodiscard]] double at(std::size_t row, std::size_t point, std::size_t factor) const;

 private:
  std::size_t rows_;
  std::size_t factors_;
  std::vector<double> coordinates_;  // row x (A, then B) x factor
};

}  // namespace equipoise
