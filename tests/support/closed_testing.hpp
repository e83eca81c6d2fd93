#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace equipoise {

/// Adjusted p values by the closure principle itself (Marcus, Peritz and Gabriel 1976): a hypothesis' is the
/// largest p value of all intersections that it is in. `p_of(members)` tests the intersection whose bits are
/// set. Two to the number of hypotheses of them: for small numbers.
template <class IntersectionTest>
[[nodiscard]] std::vector<double> close(std::size_t count, const IntersectionTest& p_of) {
  std::vector<double> adjusted(count, 0.0);
  for (std::uint64_t members = 1; members < std::uint64_t{1} << count; ++members) {
    const double p = std::min(1.0, p_of(members));
    for (std::size_t h = 0; h < count; ++h) {
      if ((members >> h & 1U) != 0) adjusted[h] = std::max(adjusted[h], p);
    }
  }
  return adjusted;
}

}  // namespace equipoise
