#pragma once

#include <limits>
#include <string>

namespace equipoise {

/// The numbers that a key takes.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;   // low itself is outside
  bool high_open = false;  // high itself is outside

  [[nodiscard]] bool contains(double number) const;
  [[nodiscard]] bool is_everything() const;
};

/// "at least 1", "above 0", "0 to 1", "above 0, at most 1", "below 1"; empty for every number.
[[nodiscard]] std::string to_text(const Range& range);

[[nodiscard]] constexpr Range at_least(double low) {
  return {.low = low};
}
[[nodiscard]] constexpr Range above(double low) {
  return {.low = low, .low_open = true};
}
[[nodiscard]] constexpr Range between(double low, double high) {
  return {.low = low, .high = high};
}
/// Above low, at most high.
[[nodiscard]] constexpr Range above_up_to(double low, double high) {
  return {.low = low, .high = high, .low_open = true};
}
/// Above low, below high.
[[nodiscard]] constexpr Range inside(double low, double high) {
  return {.low = low, .high = high, .low_open = true, .high_open = true};
}
/// At least low, below high.
[[nodiscard]] constexpr Range from_below(double low, double high) {
  return {.low = low, .high = high, .high_open = true};
}

}  // namespace equipoise
