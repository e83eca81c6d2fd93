#include "engine/analysis/gee/working_correlation.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {

double WorkingCorrelation::at(std::uint32_t distance) const {
  switch (kind_) {
    case GeeOptions::Correlation::independence:
      return 0.0;
    case GeeOptions::Correlation::exchangeable:
      return alpha_;
    case GeeOptions::Correlation::ar1:
      break;
  }
  return std::pow(alpha_, distance);
}

bool WorkingCorrelation::invert(std::size_t size, Exchangeable& inverse) const {
  inverse = {};
  if (size == 1 || kind_ == GeeOptions::Correlation::independence) return true;
  if (kind_ == GeeOptions::Correlation::ar1) return false;
  const double whole = 1.0 + static_cast<double>(size - 1) * alpha_;
  if (!(whole > 0.0) || !(alpha_ < 1.0)) return false;
  inverse = {1.0 / (1.0 - alpha_), alpha_ / whole};
  return true;
}

bool WorkingCorrelation::matrices(std::span<const std::uint32_t> places, std::span<double> r,
                                  std::span<double> inverse) const {
  const std::size_t n = places.size();
  for (std::size_t a = 0; a < n; ++a) {
    r[a * n + a] = 1.0;
    for (std::size_t b = 0; b < a; ++b) r[a * n + b] = r[b * n + a] = at(places[a] - places[b]);
  }
  if (kind_ != GeeOptions::Correlation::ar1) {
    Exchangeable of;
    if (!invert(n, of)) return false;
    std::fill_n(inverse.begin(), n * n, -of.own * of.shared);
    for (std::size_t a = 0; a < n; ++a) inverse[a * n + a] += of.own;
    return true;
  }
  // Given the observation before, one does not depend on those still earlier: R^-1 has two diagonals,
  // whatever the gaps.
  std::fill_n(inverse.begin(), n * n, 0.0);
  inverse[0] = 1.0;
  for (std::size_t a = 1; a < n; ++a) {
    const double rho = r[a * n + a - 1];
    const double left = 1.0 - rho * rho;
    if (!(left > 0.0)) return false;
    inverse[a * n + a] = 1.0 / left;
    inverse[(a - 1) * n + a - 1] += rho * rho / left;
    inverse[a * n + a - 1] = inverse[(a - 1) * n + a] = -rho / left;
  }
  return true;
}

double WorkingCorrelation::fit(const PairSums& sums, double scale) {
  if (!estimated() || !(scale > 0.0)) return 0.0;
  double gradient = 0.0;
  double weight = 0.0;
  for (std::uint32_t distance = 0; distance < most_visits; ++distance) {
    if (sums.counts[distance] == 0.0) continue;
    const bool exchangeable = kind_ == GeeOptions::Correlation::exchangeable;
    const double slope = exchangeable ? 1.0 : distance == 0 ? 0.0 : distance * std::pow(alpha_, distance - 1);
    gradient += slope * (sums.products[distance] / scale - sums.counts[distance] * at(distance));
    weight += slope * slope * sums.counts[distance];
  }
  const double change = weight > 0.0 ? gradient / weight : 0.0;
  alpha_ += change;
  return change;
}

}  // namespace equipoise
