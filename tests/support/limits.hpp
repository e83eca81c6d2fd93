#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/numeric/distributions.hpp"

namespace equipoise::checks {

/// How often a check of a right program may fail by chance, were the seed not fixed.
inline constexpr double one_in_a_million = 1e-6;

/// A mean of many independent numbers is so many of its standard errors from the truth at the most, but once
/// in a million: it is normal to far better than that needs.
[[nodiscard]] inline double standard_errors_allowed() {
  return -normal_quantile(one_in_a_million / 2.0);
}

/// The largest distance of a simulated proportion of `n` from the probability that is allowed for.
[[nodiscard]] inline double proportion_tolerance(double probability, double n) {
  return standard_errors_allowed() * std::sqrt(probability * (1.0 - probability) / n);
}

/// The exact binomial p value, both sides, of `count` of `n` under the probability.
[[nodiscard]] inline double binomial_p(double count, double n, double probability) {
  const double at_most = binomial_cdf(count, n, probability);
  const double at_least = count <= 0.0 ? 1.0 : 1.0 - binomial_cdf(count - 1.0, n, probability);
  return std::min(1.0, 2.0 * std::min(at_most, at_least));
}

/// The p value, both sides, of a sample variance of `n` normal numbers under the variance.
[[nodiscard]] inline double variance_p(double sample_variance, double n, double variance) {
  const double at_most = chi_squared_cdf((n - 1.0) * sample_variance / variance, n - 1.0);
  return 2.0 * std::min(at_most, 1.0 - at_most);
}

/// The p value, both sides, of a correlation of `n` pairs of normal numbers (Fisher's z).
[[nodiscard]] inline double correlation_p(double sample, double n, double correlation) {
  const double z = (std::atanh(sample) - std::atanh(correlation)) * std::sqrt(n - 3.0);
  return 2.0 * normal_cdf(-std::abs(z));
}

}  // namespace equipoise::checks
