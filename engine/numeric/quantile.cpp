#include "engine/numeric/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/base/expects.hpp"

namespace equipoise {

double sample_quantile(std::span<const double> sorted, double probability) {
  EQUIPOISE_EXPECTS(!sorted.empty());
  const double rank = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], rank - static_cast<double>(below));
}

}  // namespace equipoise
