#pragma once

#include <cstdint>

namespace equipoise {

/// What a search looks at in a trial.
enum class ResponseKind {
  rejection,   // 1 where what is to be shown is shown, else 0: its mean is the power
  half_width,  // of the confidence interval, where there is one
};

/// The responses of many trials at one value of what is varied.
struct Responses {
  std::uint64_t trials = 0;
  std::uint64_t count = 0;  // responses; fewer than trials where a fit that failed has no interval
  double sum = 0.0;
  double squares = 0.0;

  void add(double response) {
    ++count;
    sum += response;
    squares += response * response;
  }
  void merge(const Responses& other) {
    trials += other.trials;
    count += other.count;
    sum += other.sum;
    squares += other.squares;
  }
  [[nodiscard]] double mean() const { return sum / static_cast<double>(count); }
  /// With n in the denominator.
  [[nodiscard]] double variance() const {
    const double beyond = squares / static_cast<double>(count) - mean() * mean();
    return beyond > 0.0 ? beyond : 0.0;
  }
};

}  // namespace equipoise
