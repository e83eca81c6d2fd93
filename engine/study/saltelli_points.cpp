#include "engine/study/saltelli_points.hpp"

#include <span>

#include "engine/random/sobol_points.hpp"

namespace equipoise {

SaltelliPoints::SaltelliPoints(std::size_t rows, std::size_t factors, std::uint64_t seed)
    : rows_(rows), factors_(factors), coordinates_(rows * 2 * factors) {
  SobolPoints sequence(2 * factors, seed);
  for (std::size_t row = 0; row < rows; ++row) {
    sequence.next(std::span(coordinates_).subspan(row * 2 * factors, 2 * factors));
  }
}

double SaltelliPoints::at(std::size_t row, std::size_t point, std::size_t factor) const {
  const bool from_b = point == 1 || point == factor + 2;
  return coordinates_[row * 2 * factors_ + (from_b ? factors_ : 0) + factor];
}

}  // namespace equipoise
