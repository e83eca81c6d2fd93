#pragma once

#include <cmath>
#include <cstdint>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// NaN of nothing.
[[nodiscard]] inline double share(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::nan("");
}

/// A proportion with its binomial standard error.
[[nodiscard]] inline Simulated proportion(std::uint64_t part, std::uint64_t whole) {
  const double p = share(part, whole);
  return {p, std::sqrt(p * (1.0 - p) / static_cast<double>(whole))};
}

}  // namespace equipoise
