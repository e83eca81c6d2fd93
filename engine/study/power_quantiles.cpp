#include "engine/study/power_quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/root.hpp"

namespace equipoise {
namespace {

// Integrals over a standard normal variable, by the trapezoidal rule, which is exact to more than is printed
// at this step for all but powers that are nearly 0 or 1; beyond the ends lies less than 1e-11.
constexpr int steps_each_side = 46;
constexpr double step = 0.15;

// Spread on the probit scale: less than the first is none, more than the second is nearly yes or no.
constexpr double least_spread = 1e-4;
constexpr double most_spread = 50.0;

// A share so many standard deviations from a power is not seen with it.
constexpr double out_of_reach = 9.0;

/// A law of powers with two parameters: Phi(location + spread Z), Z standard normal.
struct ProbitNormal {
  double location;
  double spread;

  [[nodiscard]] double quantile(double probability) const {
    return normal_cdf(location + spread * normal_quantile(probability));
  }
  /// The expectation of some function of the power.
  template <class Function>
  [[nodiscard]] double expect(Function&& function) const {
    double sum = 0.0;
    double weights = 0.0;
    for (int at = -steps_each_side; at <= steps_each_side; ++at) {
      const double z = step * at;
      const double weight = normal_density(z);
      weights += weight;
      sum += weight * function(normal_cdf(location + spread * z));
    }
    return sum / weights;
  }
};

/// That of a mean; its variance grows with the spread.
ProbitNormal with_spread(double mean, double spread) {
  return {std::sqrt(1.0 + spread * spread) * normal_quantile(mean), spread};
}

/// That of a mean and a standard deviation; the widest there is where it cannot be so wide.
ProbitNormal probit_normal(double mean, double sd) {
  const double log_spread = find_root(
      [&](double log) {
        const ProbitNormal law = with_spread(mean, std::exp(log));
        return law.expect([&](double p) { return (p - mean) * (p - mean); }) - sd * sd;
      },
      std::log(least_spread), std::log(most_spread));
  return with_spread(mean, std::exp(log_spread));
}

/// P(B < k) + P(B = k) / 2 of a binomial count.
double middle_of_binomial(double k, double n, double p) {
  const double distance = k - n * p;
  const double reach = out_of_reach * (std::sqrt(n * p * (1.0 - p)) + 1.0);
  if (distance > reach) return 1.0;
  if (distance < -reach) return 0.0;
  const double log_choices = log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0);
  const double at =
      std::exp(log_choices + (k > 0.0 ? k * std::log(p) : 0.0) + (k < n ? (n - k) * std::log1p(-p) : 0.0));
  return binomial_cdf(k, n, p) - 0.5 * at;
}

/// One of the different shares that were seen.
struct Step {
  double share;
  double level;  // the part of the draws below it and half of those at it
};

std::vector<Step> steps_of(std::span<const double> shares) {
  std::vector<Step> steps;
  const auto count = static_cast<double>(shares.size());
  for (std::size_t first = 0; first < shares.size();) {
    std::size_t end = first;
    while (end < shares.size() && shares[end] == shares[first]) ++end;
    steps.push_back({shares[first], 0.5 * static_cast<double>(first + end) / count});
    first = end;
  }
  return steps;
}

}  // namespace

std::array<double, power_probabilities.size()> power_quantiles(std::span<const double> shares, double mean,
                                                               double sd, std::uint64_t trials) {
  EQUIPOISE_EXPECTS(!shares.empty() && mean > 0.0 && mean < 1.0 && sd > 0.0);
  const auto n = static_cast<double>(trials);
  const ProbitNormal law = probit_normal(mean, sd);
  // Of the counts, were the law right.
  const auto expected = [&](double share) {
    return law.expect([&](double p) { return middle_of_binomial(std::round(n * share), n, p); });
  };
  const std::vector<Step> steps = steps_of(shares);
  std::array<double, power_probabilities.size()> quantiles{};
  for (std::size_t q = 0; q < quantiles.size(); ++q) {
    const double level = power_probabilities[q];
    const auto above = std::ranges::find_if(steps, [&](const Step& s) { return s.level >= level; });
    // The level that the law gives to what was seen at this one, by straight lines between the shares seen.
    const double high_level = above == steps.end() ? 1.0 : above->level;
    const double high = above == steps.end() ? 1.0 : expected(above->share);
    const double low_level = above == steps.begin() ? 0.0 : (above - 1)->level;
    const double low = above == steps.begin() ? 0.0 : expected((above - 1)->share);
    const double part = (level - low_level) / (high_level - low_level);
    quantiles[q] = law.quantile(low + part * (high - low));
  }
  return quantiles;
}

}  // namespace equipoise
