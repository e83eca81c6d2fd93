#include "engine/study/power_spread.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/base/expects.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/numeric/quantile.hpp"
#include "engine/random/laws.hpp"
#include "engine/study/power_quantiles.hpp"

namespace equipoise {
namespace {

// A standard error from so many resamples is itself 3.5 % off, one standard deviation.
constexpr std::size_t resamples = 400;

// Less of the variance than this is no noise: it moves no quantile by more than a ten-thousandth of the
// spread.
constexpr double negligible = 1e-4;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Monte Carlo variance of a power from so many trials, averaged over the draws; NaN where a single trial
/// does not tell.
double noise_of(std::span<const double> powers, std::uint64_t trials) {
  if (trials < 2) return nothing;
  double sum = 0.0;
  for (const double power : powers) sum += power * (1.0 - power);
  return sum / static_cast<double>(powers.size()) / static_cast<double>(trials - 1);
}

/// What is left of a variance without the noise in it; NaN where either is not known.
double without_noise(double variance, double noise) {
  const double left = variance - noise;
  return left < 0.0 ? 0.0 : left;
}

/// The quantiles of the powers behind those seen.
std::array<double, power_probabilities.size()> quantiles_of(std::span<const double> powers,
                                                            const PowerSpread& spread, std::uint64_t trials) {
  std::array<double, power_probabilities.size()> quantiles{};
  // NaN where the noise is not known; the mean where all the spread that was seen is noise.
  if (!(spread.sd > 0.0)) {
    quantiles.fill(std::isnan(spread.sd) ? nothing : spread.mean);
    return quantiles;
  }
  std::vector<double> sorted(powers.begin(), powers.end());
  std::ranges::sort(sorted);
  if (spread.noise > negligible * spread.variance) {
    return power_quantiles(sorted, spread.mean, spread.sd, trials);
  }
  for (std::size_t q = 0; q < quantiles.size(); ++q) {
    quantiles[q] = sample_quantile(sorted, power_probabilities[q]);
  }
  return quantiles;
}

/// The places of the draws of each row, rows in the order of their numbers.
std::vector<std::vector<std::size_t>> draws_by_row(std::span<const std::size_t> rows) {
  std::map<std::size_t, std::vector<std::size_t>> places;
  for (std::size_t d = 0; d < rows.size(); ++d) places[rows[d]].push_back(d);
  std::vector<std::vector<std::size_t>> draws;
  for (auto& [row, of_row] : places) draws.push_back(std::move(of_row));
  return draws;
}

/// The spread of as many rows, drawn from these with replacement: a row that is drawn twice counts as two.
PowerSpread resampled(std::span<const double> powers, const std::vector<std::vector<std::size_t>>& draws,
                      std::uint64_t trials, Stream stream) {
  const Uniform uniform;
  std::vector<double> drawn;
  double squares = 0.0;
  for (std::size_t row = 0; row < draws.size(); ++row) {
    const std::vector<std::size_t>& of_row =
        draws[static_cast<std::size_t>(uniform(stream) * static_cast<double>(draws.size()))];
    for (const std::size_t d : of_row) drawn.push_back(powers[d]);
    squares += static_cast<double>(of_row.size() * of_row.size());
  }
  const auto count = static_cast<double>(drawn.size());
  return power_spread(drawn, count * count / squares, trials);
}

}  // namespace

PowerSpread power_spread(std::span<const double> powers, double effective, std::uint64_t trials) {
  Moments moments;
  for (const double power : powers) moments.add(power);
  PowerSpread spread;
  spread.mean = moments.mean();
  Moments squares;
  for (const double power : powers) squares.add((power - spread.mean) * (power - spread.mean));
  spread.variance = effective > 1.0 ? squares.mean() * effective / (effective - 1.0) : nothing;
  spread.noise = noise_of(powers, trials);
  spread.sd = std::sqrt(without_noise(spread.variance, spread.noise));
  spread.quantiles = quantiles_of(powers, spread, trials);
  return spread;
}

double worth_of(std::span<const std::size_t> rows) {
  std::map<std::size_t, double> times;
  for (const std::size_t row : rows) times[row] += 1.0;
  double squares = 0.0;
  for (const auto& [row, count] : times) squares += count * count;
  const auto draws = static_cast<double>(rows.size());
  return draws * draws / squares;
}

PowerSpread power_spread_mcse(std::span<const double> powers, std::span<const std::size_t> rows,
                              std::uint64_t trials, std::uint64_t seed) {
  EQUIPOISE_EXPECTS(powers.size() == rows.size() && !powers.empty());
  const std::vector<std::vector<std::size_t>> draws = draws_by_row(rows);
  Moments mean;
  Moments sd;
  std::array<Moments, power_probabilities.size()> quantiles;
  for (std::size_t r = 0; r < resamples; ++r) {
    const PowerSpread drawn = resampled(powers, draws, trials, Streams(seed, 0).at(Purpose::resample, r));
    mean.add(drawn.mean);
    sd.add(drawn.sd);
    for (std::size_t q = 0; q < quantiles.size(); ++q) quantiles[q].add(drawn.quantiles[q]);
  }
  // Rows drawn from R rows vary by (R - 1) / R of what they vary by in truth.
  const auto count = static_cast<double>(draws.size());
  const double scale = draws.size() > 1 ? std::sqrt(count / (count - 1.0)) : nothing;
  PowerSpread errors;
  errors.mean = scale * mean.sd();
  errors.sd = scale * sd.sd();
  for (std::size_t q = 0; q < quantiles.size(); ++q) errors.quantiles[q] = scale * quantiles[q].sd();
  return errors;
}

}  // namespace equipoise
