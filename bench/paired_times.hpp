#pragma once

#include <algorithm>
#include <ctime>
#include <limits>

#include <benchmark/benchmark.h>

namespace equipoise {

/// Processor seconds of this process, all threads together: other people's load does not count.
[[nodiscard]] inline double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

[[nodiscard]] inline double wall_seconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The shortest of many times of two things that are run in turn. A ratio of the two then means the same on a
/// busy machine as on a quiet one: whatever disturbs, disturbs both, and the minimum escapes it.
class PairedTimes {
 public:
  template <class First, class Second>
  void time(double (*clock)(), First&& first, Second&& second) {
    const double start = clock();
    first();
    const double middle = clock();
    second();
    const double end = clock();
    first_ = std::min(first_, middle - start);
    second_ = std::min(second_, end - middle);
  }
  [[nodiscard]] double first() const { return first_; }
  [[nodiscard]] double second() const { return second_; }
  [[nodiscard]] double ratio() const { return first_ / second_; }

 private:
  double first_ = std::numeric_limits<double>::infinity();
  double second_ = std::numeric_limits<double>::infinity();
};

}  // namespace equipoise
