#include "engine/study/power_quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/root.hpp"

namespace equipoise {
namespace {

// Integrals over a standard normal variable, by the trapezoidal rule; beyond the ends lies less than 1e-11.
// Of functions as smooth as a power is, the widest step is exact to more than is printed; those of a count
// change within the noise of its trials, and the step is no wider, down to the finest, at which that noise is
// a hundredth of the spread and moves no quantile that is printed.
constexpr double farthest = 6.9;
constexpr double widest_step = 0.15;
constexpr double finest_step = 0.01;

// Spread on the probit scale: less than the first is none, more than the second is nearly yes or no.
constexpr double least_spread = 1e-4;
constexpr double most_spread = 50.0;

// A share so many standard deviations from a power is not seen with it.
constexpr double out_of_reach = 9.0;

// Of a binomial law with more trials the terms are not added up one by one.
constexpr double most_terms = 1000.0;

/// A law of powers with two parameters: Phi(location + spread Z), Z standard normal.
class ProbitNormal {
 public:
  ProbitNormal(double location, double spread, double step) : location_(location), spread_(spread) {
    const int each_side = static_cast<int>(farthest / step);
    double weights = 0.0;
    for (int at = -each_side; at <= each_side; ++at) {
      nodes_.push_back({normal_cdf(location + spread * step * at), normal_density(step * at)});
      weights += nodes_.back().weight;
    }
    for (Node& node : nodes_) node.weight /= weights;
  }

  [[nodiscard]] double quantile(double probability) const {
    return normal_cdf(location_ + spread_ * normal_quantile(probability));
  }
  /// The expectation of some function of the power.
  template <class Function>
  [[nodiscard]] double expect(Function&& function) const {
    double sum = 0.0;
    for (const Node& node : nodes_) sum += node.weight * function(node.power);
    return sum;
  }

 private:
  struct Node {
    double power;
    double weight;
  };

  double location_;
  double spread_;
  std::vector<Node> nodes_;
};

/// That of a mean; its variance grows with the spread.
ProbitNormal with_spread(double mean, double spread, double step) {
  return {std::sqrt(1.0 + spread * spread) * normal_quantile(mean), spread, step};
}

/// That of a mean and a standard deviation; the widest there is where it cannot be so wide.
ProbitNormal probit_normal(double mean, double sd, double step) {
  const double log_spread = find_root(
      [&](double log) {
        const ProbitNormal law = with_spread(mean, std::exp(log), widest_step);
        return law.expect([&](double p) { return (p - mean) * (p - mean); }) - sd * sd;
      },
      std::log(least_spread), std::log(most_spread));
  return with_spread(mean, std::exp(log_spread), step);
}

/// P(B < k) + P(B = k) / 2 of a binomial count, by its terms from 0 up: the first, (1 - p)^n, does not
/// underflow where p is at most a half and n at most `most_terms`.
double middle_by_terms(double k, double n, double p) {
  const double odds = p / (1.0 - p);
  double term = std::pow(1.0 - p, n);
  double below = 0.0;
  for (double at = 0.0; at < k; at += 1.0) {
    below += term;
    term *= odds * (n - at) / (at + 1.0);
  }
  return below + 0.5 * term;
}

/// The same of any.
double middle_of_binomial(double k, double n, double p) {
  // All or nothing: the library's law has no such probability.
  if (!(p > 0.0)) return k > 0.0 ? 1.0 : 0.5;
  if (!(p < 1.0)) return k < n ? 0.0 : 0.5;
  const double distance = k - n * p;
  const double reach = out_of_reach * (std::sqrt(n * p * (1.0 - p)) + 1.0);
  if (distance > reach) return 1.0;
  if (distance < -reach) return 0.0;
  if (n <= most_terms) return p <= 0.5 ? middle_by_terms(k, n, p) : 1.0 - middle_by_terms(n - k, n, 1.0 - p);
  return 0.5 * (binomial_cdf(k, n, p) + (k > 0.0 ? binomial_cdf(k - 1.0, n, p) : 0.0));
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
  const double noise = std::max(0.0, mean * (1.0 - mean) - sd * sd) / n;
  const ProbitNormal law =
      probit_normal(mean, sd, std::clamp(std::sqrt(noise) / sd, finest_step, widest_step));
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
    // Weights that add up to one but for rounding.
    quantiles[q] = law.quantile(std::clamp(low + part * (high - low), 0.0, 1.0));
  }
  return quantiles;
}

}  // namespace equipoise
