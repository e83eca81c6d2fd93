#include "engine/characteristics/paired_sums.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace equipoise {

void PairedSums::Disagreement::add(bool first, bool second) {
  only_first += first && !second ? 1U : 0U;
  only_second += second && !first ? 1U : 0U;
}

void PairedSums::Disagreement::merge(const Disagreement& other) {
  only_first += other.only_first;
  only_second += other.only_second;
}

Simulated PairedSums::Disagreement::difference(double trials) const {
  const double first = static_cast<double>(only_first) / trials;
  const double second = static_cast<double>(only_second) / trials;
  return {second - first, std::sqrt((first + second - (second - first) * (second - first)) / trials)};
}

void PairedSums::add(const Result& first, const Result& second) {
  ++trials_;
  rejected_.add(first.rejected, second.rejected);
  shown_.add(first.shown, second.shown);
  if (!first.usable || !second.usable) return;
  both_usable_ += 1.0;
  const std::array<double, kept> values{
      first.error,  first.error * first.error,   first.squared_se,  first.covered ? 1.0 : 0.0,
      second.error, second.error * second.error, second.squared_se, second.covered ? 1.0 : 0.0};
  for (std::size_t a = 0; a < kept; ++a) {
    sums_[a] += values[a];
    for (std::size_t b = 0; b <= a; ++b) products_[a * kept + b] += values[a] * values[b];
  }
}

void PairedSums::merge(const PairedSums& other) {
  trials_ += other.trials_;
  rejected_.merge(other.rejected_);
  shown_.merge(other.shown_);
  both_usable_ += other.both_usable_;
  for (std::size_t a = 0; a < kept; ++a) sums_[a] += other.sums_[a];
  for (std::size_t at = 0; at < products_.size(); ++at) products_[at] += other.products_[at];
}

/// Var(f(means)) = gradient' Cov(values) gradient / n
Simulated PairedSums::difference_of(double first, double second, const Gradient& gradient) const {
  double variance = 0.0;
  for (std::size_t a = 0; a < kept; ++a) {
    for (std::size_t b = 0; b < kept; ++b) {
      const double product = products_[std::max(a, b) * kept + std::min(a, b)] / both_usable_;
      const double covariance = product - sums_[a] / both_usable_ * (sums_[b] / both_usable_);
      variance += gradient[a] * gradient[b] * covariance;
    }
  }
  return {second - first, std::sqrt(std::max(0.0, variance) / (both_usable_ - 1.0))};
}

PairedDifference PairedSums::difference() const {
  const auto trials = static_cast<double>(trials_);
  PairedDifference all;
  all.power = shown_.difference(trials);
  all.rejection_rate = rejected_.difference(trials);
  const auto mean = [&](std::size_t at) { return sums_[at] / both_usable_; };
  const auto sd = [&](std::size_t at) { return std::sqrt(mean(at + 1) - mean(at) * mean(at)); };
  all.bias = difference_of(mean(0), mean(4), {-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0});
  // sd = sqrt(m2 - m1^2):  d/dm1 = -m1 / sd,  d/dm2 = 1 / (2 sd)
  all.empirical_se = difference_of(
      sd(0), sd(4), {mean(0) / sd(0), -0.5 / sd(0), 0.0, 0.0, -mean(4) / sd(4), 0.5 / sd(4), 0.0, 0.0});
  const double of_first = std::sqrt(mean(2));
  const double of_second = std::sqrt(mean(6));
  all.model_se =
      difference_of(of_first, of_second, {0.0, 0.0, -0.5 / of_first, 0.0, 0.0, 0.0, 0.5 / of_second, 0.0});
  all.coverage = difference_of(mean(3), mean(7), {0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0});
  return all;
}

}  // namespace equipoise
