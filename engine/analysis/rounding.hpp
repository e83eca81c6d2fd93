#pragma once

#include <cmath>
#include <limits>

namespace equipoise {

/// Whether a standard deviation (or error) of values of this level is no more than rounding leaves where
/// there is none, ten units in the last place. A NaN is.
[[nodiscard]] inline bool is_rounding(double spread, double level) {
  constexpr double share = 10.0 * std::numeric_limits<double>::epsilon();
  return !(spread > share * std::abs(level));
}

}  // namespace equipoise
