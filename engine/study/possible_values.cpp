#include "engine/study/possible_values.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {
namespace {

// What a root is off a whole number by rounding alone.
constexpr double rounding = 1e-9;

}  // namespace

double PossibleValues::nearest(double number) const {
  const double value = std::clamp(whole ? std::round(number) : number, low, high);
  if (only.empty()) return value;
  return *std::ranges::min_element(only, {}, [&](double one) { return std::abs(one - number); });
}

double PossibleValues::from(double number, double direction) const {
  const double slack = rounding * std::max(1.0, std::abs(number));
  const double value = !whole            ? number
                       : direction > 0.0 ? std::ceil(number - slack)
                                         : std::floor(number + slack);
  if (only.empty()) return std::clamp(value, low, high);
  const auto after =
      direction > 0.0 ? std::ranges::lower_bound(only, value) : std::ranges::upper_bound(only, value);
  if (direction > 0.0) return after == only.end() ? only.back() : *after;
  return after == only.begin() ? only.front() : *(after - 1);
}

// The first value after a number is half a step further on the average, give or take an error of rounding
// that is uniform over the step: a twelfth of its square joins the variance.
std::array<double, 2> PossibleValues::interval_from(double number, double lower, double upper,
                                                    double quantile, double direction) const {
  const double first = from(number, direction);
  const double step = !whole ? 0.0 : std::abs(next(first, direction) - first);
  const double rounded = quantile * step / std::sqrt(12.0);
  const double middle = number + 0.5 * step * direction;
  return {std::min(first, from(middle - std::hypot(number - lower, rounded), 1.0)),
          std::max(first, from(middle + std::hypot(upper - number, rounded), -1.0))};
}

}  // namespace equipoise
