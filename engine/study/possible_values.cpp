#include "engine/study/possible_values.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {
namespace {

// What a root is off a whole number by rounding alone.
constexpr double rounding = 1e-9;

}  // namespace

double PossibleValues::nearest(double number) const {
  return std::clamp(whole ? std::round(number) : number, low, high);
}

double PossibleValues::from(double number, double direction) const {
  const double slack = rounding * std::max(1.0, std::abs(number));
  const double value = !whole            ? number
                       : direction > 0.0 ? std::ceil(number - slack)
                                         : std::floor(number + slack);
  return std::clamp(value, low, high);
}

}  // namespace equipoise
