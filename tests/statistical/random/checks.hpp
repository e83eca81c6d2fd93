#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "engine/numeric/distributions.hpp"

namespace equipoise::checks {

/// How often a check of a right law may fail by chance, were the seed not fixed.
inline constexpr double false_alarm = 1e-6;

/// The mean of numbers with known mean and standard deviation, in standard errors from where it should be.
inline double standard_errors(const std::vector<double>& numbers, double mean, double sd) {
  double sum = 0.0;
  for (const double number : numbers) sum += number - mean;
  return std::abs(sum) / (sd * std::sqrt(static_cast<double>(numbers.size())));
}

/// The mean of many numbers is normal to far better than the false alarm rate needs.
inline double standard_errors_limit() {
  return -normal_quantile(false_alarm / 2.0);
}

/// The largest distance between the numbers' empirical distribution function and a continuous one
/// (Kolmogorov-Smirnov).
template <class Cdf>
double distance(std::vector<double> numbers, const Cdf& cdf) {
  std::sort(numbers.begin(), numbers.end());
  const auto n = static_cast<double>(numbers.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double p = cdf(numbers[i]);
    largest = std::max({largest, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return largest;
}

/// P(distance > d) <= 2 exp(-2 n d^2) for every n (Dvoretzky, Kiefer and Wolfowitz 1956, with the constant of
/// Massart 1990).
inline double distance_limit(std::size_t n) {
  return std::sqrt(std::log(2.0 / false_alarm) / (2.0 * static_cast<double>(n)));
}

/// Pearson's chi-squared p-value of counts against probabilities that sum to 1. Neighbouring cells that
/// expect fewer than 20 are taken together, where the chi-squared law of the statistic is good enough for the
/// false alarm rate.
inline double chi_squared_p(const std::vector<double>& counts, const std::vector<double>& probabilities) {
  double n = 0.0;
  for (const double count : counts) n += count;
  double statistic = 0.0;
  double observed = 0.0;
  double expected = 0.0;
  double left = n;
  int cells = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    observed += counts[i];
    expected += n * probabilities[i];
    const double rest = left - expected;
    const bool last = i + 1 == counts.size();
    if (!last && (expected < 20.0 || rest < 20.0)) continue;
    statistic += (observed - expected) * (observed - expected) / expected;
    left -= expected;
    observed = expected = 0.0;
    ++cells;
  }
  return 1.0 - chi_squared_cdf(statistic, cells - 1);
}

}  // namespace equipoise::checks
