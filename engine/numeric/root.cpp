#include "engine/numeric/root.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/math/tools/toms748_solve.hpp>

namespace equipoise {

double find_root(const std::function<double(double)>& function, double low, double high) {
  const double at_low = function(low);
  const double at_high = function(high);
  if (at_low == 0.0) return low;
  if (at_high == 0.0) return high;
  if ((at_low < 0.0) == (at_high < 0.0)) return std::abs(at_low) < std::abs(at_high) ? low : high;
  constexpr int bits = std::numeric_limits<double>::digits - 3;
  std::uintmax_t most_steps = 100;
  const auto bracket = boost::math::tools::toms748_solve(
      function, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>(bits), most_steps);
  return 0.5 * (bracket.first + bracket.second);
}

}  // namespace equipoise
