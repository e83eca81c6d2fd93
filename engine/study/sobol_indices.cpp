#include "engine/study/sobol_indices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/expects.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

// Percentiles at 2.5 and 97.5 % are settled to a hundredth of their distance by so many (Efron and
// Tibshirani, An Introduction to the Bootstrap, section 13.3, ask for a thousand).
constexpr std::size_t resamples = 1'000;
constexpr double tail = 0.025;

/// Sums over rows from which all indices come.
class Sums {
 public:
  /// `origin`: near the answers, so that squares lose no digits.
  Sums(std::size_t factors, double origin)
      : origin_(origin), squared_moves_(factors), moves_(factors), products_(factors) {}

  void add(const SobolRow& row) {
    const double a = row.a - origin_;
    const double b = row.b - origin_;
    rows_ += 1.0;
    sum_ += a + b;
    squares_ += a * a + b * b;
    noise_ += row.a_noise + row.b_noise;
    for (std::size_t f = 0; f < moves_.size(); ++f) {
      const SobolRow::Mixed& mixed = row.mixed[f];
      const double move = mixed.value - row.a;
      squared_moves_[f] += move * move - mixed.difference_noise;
      moves_[f] += move;
      products_[f] += b * move - (mixed.shared_noise - row.shared_noise);
    }
  }

  [[nodiscard]] double variance() const {
    return squares_ / (2.0 * rows_) - mean() * mean() - noise_ / (2.0 * rows_);
  }
  /// About the mean, which changes nothing that is expected but takes much of the scatter away.
  [[nodiscard]] double first_order(std::size_t factor) const {
    return (products_[factor] - mean() * moves_[factor]) / rows_ / variance();
  }
  [[nodiscard]] double total(std::size_t factor) const {
    return squared_moves_[factor] / (2.0 * rows_) / variance();
  }

 private:
  [[nodiscard]] double mean() const { return sum_ / (2.0 * rows_); }

  double origin_;
  double rows_ = 0.0;
  double sum_ = 0.0;
  double squares_ = 0.0;
  double noise_ = 0.0;
  std::vector<double> squared_moves_;  // from a to the point with one factor of b
  std::vector<double> moves_;
  std::vector<double> products_;  // of b and these moves
};

Sums sums_of(std::span<const SobolRow> rows) {
  Sums sums(rows.front().mixed.size(), rows.front().a);
  for (const SobolRow& row : rows) sums.add(row);
  return sums;
}

/// As many rows, drawn from these with replacement.
Sums resampled(std::span<const SobolRow> rows, Stream stream) {
  const Uniform uniform;
  Sums sums(rows.front().mixed.size(), rows.front().a);
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
    return drawn[static_cast<std::size_t>(std::lround(share * static_cast<double>(drawn.size() - 1)))];
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
