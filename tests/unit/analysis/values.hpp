#pragma once

namespace equipoise {

/// Some numbers, as a t test sees them.
struct Values {
  double sum = 0.0;
  double squares = 0.0;
  double count = 0.0;

  void add(double value) {
    sum += value;
    squares += value * value;
    count += 1.0;
  }
  [[nodiscard]] double mean() const { return sum / count; }
  [[nodiscard]] double about_mean() const { return squares - sum * sum / count; }
};

}  // namespace equipoise
