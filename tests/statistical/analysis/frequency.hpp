#pragma once

#include <algorithm>

#include "engine/numeric/distributions.hpp"

namespace equipoise::checks {

/// How often a check of a right method may fail by chance, were the seed not fixed.
inline constexpr double false_alarm = 1e-6;

/// Trials a check. An error rate of 5 % is then known to 0.07 percentage points, so that a standard error 3 %
/// too small (0.7 points) cannot hide.
inline constexpr int trials = 100'000;

/// How often something happened in `trials` independent trials.
struct Frequency {
  int count = 0;

  void add(bool happened) { count += happened ? 1 : 0; }

  /// The exact binomial p value, both sides, of the hypothesis that it happens with this probability.
  [[nodiscard]] double p_value(double probability) const {
    const double at_most = binomial_cdf(count, trials, probability);
    const double at_least = count == 0 ? 1.0 : 1.0 - binomial_cdf(count - 1, trials, probability);
    return std::min(1.0, 2.0 * std::min(at_most, at_least));
  }
  /// The same of the hypothesis that its probability lies from `low` to `high`.
  [[nodiscard]] double p_value(double low, double high) const {
    const double share = static_cast<double>(count) / trials;
    return share >= low && share <= high ? 1.0 : p_value(share < low ? low : high);
  }
};

}  // namespace equipoise::checks
