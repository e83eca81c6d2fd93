#pragma once

#include <array>
#include <vector>

namespace equipoise {

/// The values that what is varied can take.
struct PossibleValues {
  double low = 0.0;
  double high = 1.0;
  bool whole = false;  // whole numbers alone
  /// Of whole numbers those that can be built, ascending, where some between the ends cannot. Empty: all can.
  std::vector<double> only{};

  /// The possible value nearest to a number.
  [[nodiscard]] double nearest(double number) const;
  /// The first possible value from a number on, upwards (direction 1) or downwards (-1), as far as the range
  /// goes.
  [[nodiscard]] double from(double number, double direction) const;
  /// The interval of the first possible value from a number on, where that number was estimated and has the
  /// interval from `lower` to `upper`, `quantile` standard errors to each side.
  [[nodiscard]] std::array<double, 2> interval_from(double number, double lower, double upper,
                                                    double quantile, double direction) const;
  /// The possible whole number after one, in a direction; itself at the end of the range.
  [[nodiscard]] double next(double number, double direction) const {
    return from(number + direction, direction);
  }
};

}  // namespace equipoise
