#include "engine/study/sobol_indices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/expects.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

// Percentiles at 2.5 and 97.5 % are settled to a hundredth of their distance by so many (Efron and Tibshirani,
// An Introduction to the Bootstrap, section 13.3, ask for a thousand).
constexpr std::size_t resamples = 1'000;
constexpr double tail = 0.025;

/// Sums over rows from which all indices come.
class Sums {
 public:
  explicit Sums(std::size_t factors) : to_a_(factors), to_b_(factors) {}

  void add(const SobolRow& row) {
    rows_ += 1.0;
    sum_ += row.a + row.b;
    squares_ += row.a * row.a + row.b * row.b;
    noise_ += row.a_noise + row.b_noise;
    for (std::size_t f = 0; f < to_a_.size(); ++f) {
      const SobolRow::Mixed& mixed = row.mixed[f];
      to_a_[f] += (mixed.value - row.a) * (mixed.value - row.a) - mixed.noise_to_a;
      to_b_[f] += (mixed.value - row.b) * (mixed.value - row.b) - mixed.noise_to_b;
    }
  }

  [[nodiscard]] double variance() const {
    const double mean = sum_ / (2.0 * rows_);
    return squares_ / (2.0 * rows_) - mean * mean - noise_ / (2.0 * rows_);
  }
  [[nodiscard]] double first_order(std::size_t factor) const {
    return 1.0 - to_b_[factor] / (2.0 * rows_) / variance();
  }
  [[nodiscard]] double total(std::size_t factor) const { return to_a_[factor] / (2.0 * rows_) / variance(); }

 private:
  double rows_ = 0.0;
  double sum_ = 0.0;
  double squares_ = 0.0;
  double noise_ = 0.0;
  std::vector<double> to_a_;
  std::vector<double> to_b_;
};

Sums sums_of(std::span<const SobolRow> rows) {
  Sums sums(rows.front().mixed.size());
  for (const SobolRow& row : rows) sums.add(row);
  return sums;
}

/// As many rows, drawn from these with replacement.
Sums resampled(std::span<const SobolRow> rows, Stream stream) {
  const Uniform uniform;
  Sums sums(rows.front().mixed.size());
  for (std::size_t drawn = 0; drawn < rows.size(); ++drawn) {
    sums.add(rows[static_cast<std::size_t>(uniform(stream) * static_cast<double>(rows.size()))]);
  }
  return sums;
}

/// The interval between the two tails; a resample without variance has no share and is left out.
VarianceShare with_interval(double value, std::vector<double> drawn) {
  std::erase_if(drawn, [](double share) { return !std::isfinite(share); });
  if (drawn.empty()) return {value, value, value};
  std::ranges::sort(drawn);
  const auto at = [&](double share) {
    return drawn[static_cast<std::size_t>(share * static_cast<double>(drawn.size() - 1) + 0.5)];
  };
  return {value, at(tail), at(1.0 - tail)};
}

}  // namespace

SobolIndices sobol_indices(std::span<const SobolRow> rows, std::uint64_t seed) {
  EQUIPOISE_EXPECTS(rows.size() >= 2);
  const std::size_t factors = rows.front().mixed.size();
  const Sums all = sums_of(rows);
  SobolIndices indices;
  Moments means;
  for (const SobolRow& row : rows) means.add(0.5 * (row.a + row.b));
  indices.mean = {means.mean(), means.standard_error()};
  indices.variance = std::max(0.0, all.variance());
  if (indices.variance == 0.0) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    constexpr VarianceShare nothing{none, none, none};
    indices.factors.assign(factors, {nothing, nothing});
    return indices;
  }
  std::vector<Sums> draws;
  for (std::size_t r = 0; r < resamples; ++r) {
    const Sums drawn = resampled(rows, Streams(seed, 0).at(Purpose::resample, r));
    if (drawn.variance() > 0.0) draws.push_back(drawn);
  }
  for (std::size_t f = 0; f < factors; ++f) {
    std::vector<double> first_order;
    std::vector<double> total;
    for (const Sums& drawn : draws) {
      first_order.push_back(drawn.first_order(f));
      total.push_back(drawn.total(f));
    }
    indices.factors.push_back({with_interval(all.first_order(f), std::move(first_order)),
                               with_interval(all.total(f), std::move(total))});
  }
  return indices;
}

}  // namespace equipoise
