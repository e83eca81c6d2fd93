#include "engine/study/assurance_study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <Eigen/QR>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/moments.hpp"

namespace equipoise {
namespace {

// With fewer draws neither their spread nor their quantiles say anything.
constexpr std::size_t fewest_draws = 20;

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments;
}

/// The normal scores of the ranks of some values (Blom 1958): any distribution becomes a bell of SD 1.
std::vector<double> normal_scores(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> scores(values.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    scores[order[rank]] =
        normal_quantile((static_cast<double>(rank) + 0.625) / (static_cast<double>(values.size()) + 0.25));
  }
  return scores;
}

/// Monte Carlo variance of a power from so many trials, averaged over the draws; NaN where a single trial
/// does not tell.
double noise_of(const std::vector<double>& powers, std::uint64_t trials) {
  if (trials < 2) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (const double power : powers) sum += power * (1.0 - power);
  return sum / static_cast<double>(powers.size()) / static_cast<double>(trials - 1);
}

double quantile_of(const std::vector<double>& sorted, double probability) {
  const double rank = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], rank - static_cast<double>(below));
}

}  // namespace

AssuranceStudy::AssuranceStudy(std::vector<std::string> keys, std::vector<std::vector<double>> values,
                               const AssuranceOptions& options)
    : keys_(std::move(keys)), values_(std::move(values)), options_(options) {
  EQUIPOISE_EXPECTS(keys_.size() == values_.size());
  for (const auto& of_key : values_) EQUIPOISE_EXPECTS(of_key.size() == options_.draws);
}

Replicates AssuranceStudy::replicates(std::size_t cell) const {
  if (cell == 0) return {0, options_.known_trials};
  return {options_.known_trials + (cell - 1) * options_.draw_trials, options_.draw_trials};
}

void AssuranceStudy::add(std::size_t cell, const CellResult& result) {
  const auto& tests = result.characteristics.tests;
  if (cell == 0) {
    for (const TestCharacteristics& test : tests) {
      hypotheses_.push_back(test.name);
      known_.push_back(test.power);
    }
    powers_.resize(tests.size());
    return;
  }
  for (std::size_t h = 0; h < tests.size(); ++h) powers_[h].push_back(tests[h].power.value);
}

bool AssuranceStudy::has_result() const {
  return draws_done() >= std::min(fewest_draws, options_.draws);
}

PowerDriver AssuranceStudy::driver(std::size_t key, const std::vector<double>& powers, double noise) const {
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  const auto draws = static_cast<Eigen::Index>(powers.size());
  const std::vector<double> of_key(values_[key].begin(), values_[key].begin() + draws);
  if (std::ranges::adjacent_find(of_key, std::ranges::not_equal_to{}) == of_key.end()) {
    return {keys_[key], 0.0, 0.0, 0.0};
  }
  const std::vector<double> scores = normal_scores(of_key);
  // A parabola in the key's scores: power bends as it nears 0 or 1.
  Eigen::MatrixXd design(draws, 3);
  for (Eigen::Index d = 0; d < draws; ++d) {
    const double z = scores[static_cast<std::size_t>(d)];
    design.row(d) << 1.0, z, z * z - 1.0;
  }
  const Eigen::VectorXd power = Eigen::Map<const Eigen::VectorXd>(powers.data(), draws);
  const Eigen::VectorXd coefficients = design.colPivHouseholderQr().solve(power);
  const double left = (power - design * coefficients).squaredNorm() / static_cast<double>(draws - 3);
  const double all = moments_of(powers).variance();
  const double between = all - noise;
  // NaN, too, where the noise is not known.
  const double share = between > 0.0 ? std::clamp((all - left) / between, 0.0, 1.0) : nothing;
  // What two coefficients explain by chance alone is chi-squared with two degrees of freedom over the draws.
  const double by_chance = 2.0 / static_cast<double>(draws - 1) * all / between;
  return {keys_[key], share, between > 0.0 ? by_chance : nothing, 2.0 * coefficients(1)};
}

std::vector<Assurance> AssuranceStudy::result() const {
  EQUIPOISE_EXPECTS(has_result());
  std::vector<Assurance> results;
  for (std::size_t h = 0; h < hypotheses_.size(); ++h) {
    const std::vector<double>& powers = powers_[h];
    const Moments spread = moments_of(powers);
    const double noise = noise_of(powers, options_.draw_trials);
    Assurance of;
    of.hypothesis = hypotheses_[h];
    of.assurance = {spread.mean(), spread.standard_error()};
    of.power = known_[h];
    of.sd = std::isnan(noise) ? noise : std::sqrt(std::max(0.0, spread.variance() - noise));
    // Each power drawn towards the mean by the share of the spread that is noise: the right spread again.
    const double kept = spread.variance() > 0.0 ? of.sd / spread.sd() : 0.0;
    std::vector<double> sorted = powers;
    for (double& power : sorted) power = spread.mean() + kept * (power - spread.mean());
    if (!std::isnan(noise)) std::ranges::sort(sorted);
    for (std::size_t q = 0; q < power_probabilities.size(); ++q) {
      of.quantiles[q] = quantile_of(sorted, power_probabilities[q]);
    }
    for (std::size_t key = 0; key < keys_.size(); ++key) of.drivers.push_back(driver(key, powers, noise));
    results.push_back(std::move(of));
  }
  return results;
}

}  // namespace equipoise
