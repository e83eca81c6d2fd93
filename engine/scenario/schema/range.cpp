#include "engine/scenario/schema/range.hpp"

#include <cmath>

#include <fmt/format.h>

namespace equipoise {

bool Range::contains(double number) const {
  if (std::isnan(number)) return false;
  const bool high_enough = low_open ? number > low : number >= low;
  const bool low_enough = high_open ? number < high : number <= high;
  return high_enough && low_enough && std::isfinite(number);
}

bool Range::is_everything() const {
  return std::isinf(low) && std::isinf(high);
}

std::string to_text(const Range& range) {
  const bool has_low = std::isfinite(range.low);
  const bool has_high = std::isfinite(range.high);
  if (has_low && has_high && !range.low_open && !range.high_open)
    return fmt::format("{} to {}", range.low, range.high);
  const std::string low =
      has_low ? fmt::format("{} {}", range.low_open ? "above" : "at least", range.low) : "";
  const std::string high =
      has_high ? fmt::format("{} {}", range.high_open ? "below" : "at most", range.high) : "";
  return low.empty() || high.empty() ? low + high : low + ", " + high;
}

}  // namespace equipoise
