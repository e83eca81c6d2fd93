#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace equipoise {

/// A test that could not be made is no evidence.
[[nodiscard]] inline double known(double p) {
  return std::isnan(p) ? 1.0 : p;
}

/// The smallest alpha of which `share` is as large as p.
[[nodiscard]] inline double alpha_for(double p, double share) {
  return share > 0.0 ? p / share : std::numeric_limits<double>::infinity();
}

/// The one closed test of Bonferroni tests that all procedures with shares of alpha come down to: while any
/// hypothesis can be rejected, the one that needs the smallest alpha is, and what it had is shared out anew
/// (Goeman and Solari 2010). Its adjusted p value is the largest alpha that was needed so far.
///
/// `shares.alpha_of(h, p)` is the smallest alpha at which p rejects h, given those rejected before;
/// `shares.reject(h)` is told of each. Where no share shrinks when something is rejected, and those of the
/// true nulls sum to at most 1 once all others are rejected, the familywise error rate is at most alpha
/// whatever the dependence. At most 64 hypotheses.
template <class Shares>
void reject_in_steps(std::span<const double> p, Shares& shares, std::span<double> adjusted) {
  std::uint64_t rejected = 0;
  double needed = 0.0;
  std::fill(adjusted.begin(), adjusted.end(), 1.0);
  for (std::size_t step = 0; step < p.size(); ++step) {
    std::size_t next = p.size();
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t h = 0; h < p.size(); ++h) {
      if ((rejected >> h & 1U) != 0) continue;
      const double alpha = shares.alpha_of(h, known(p[h]));
      if (!(alpha < least)) continue;
      least = alpha;
      next = h;
    }
    if (next == p.size()) return;  // the others have no share, nor will have
    needed = std::max(needed, std::min(1.0, least));
    adjusted[next] = needed;
    rejected |= std::uint64_t{1} << next;
    shares.reject(next);
  }
}

}  // namespace equipoise
