#include "engine/study/assurance_study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include <Eigen/QR>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/moments.hpp"

namespace equipoise {
namespace {

// With fewer draws neither their spread nor their quantiles say anything.
constexpr std::size_t fewest_draws = 20;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double mean_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments.mean();
}

/// The variance of so many independent values around so many coefficients that were fitted to them, from the
/// mean square that is left; NaN where there are no more values than coefficients.
double variance_left(double mean_square, double values, double coefficients) {
  return values > coefficients ? mean_square * values / (values - coefficients) : nothing;
}

/// The normal scores of the ranks of some values (Blom 1958): any distribution becomes a bell of SD 1. Equal
/// values have the mean of their scores.
std::vector<double> normal_scores(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> scores(values.size());
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    Moments equal;
    for (end = first; end < order.size() && values[order[end]] == values[order[first]]; ++end) {
      equal.add(
          normal_quantile((static_cast<double>(end) + 0.625) / (static_cast<double>(values.size()) + 0.25)));
    }
    for (std::size_t rank = first; rank < end; ++rank) scores[order[rank]] = equal.mean();
  }
  return scores;
}

Simulated power_of(const Responses& responses) {
  return {responses.mean(), std::sqrt(responses.variance() / static_cast<double>(responses.count))};
}

}  // namespace

AssuranceStudy::AssuranceStudy(std::vector<std::string> keys, std::vector<std::vector<double>> values,
                               const AssuranceOptions& options, std::vector<std::size_t> rows)
    : keys_(std::move(keys)), values_(std::move(values)), options_(options), rows_(std::move(rows)) {
  if (rows_.empty()) {
    rows_.resize(options_.draws);
    std::iota(rows_.begin(), rows_.end(), std::size_t{0});
  }
  EQUIPOISE_EXPECTS(keys_.size() == values_.size() && rows_.size() == options_.draws);
  for (const auto& of_key : values_) EQUIPOISE_EXPECTS(of_key.size() == options_.draws);
}

Replicates AssuranceStudy::replicates(std::size_t cell) const {
  if (cell == 0) return {options_.first_replicate, options_.known_trials};
  const std::uint64_t before = options_.known_trials + (cell - 1) * options_.draw_trials;
  return {options_.first_replicate + before, options_.draw_trials};
}

void AssuranceStudy::add(std::size_t cell, const CellResult& result) {
  std::vector<std::string> names;
  std::vector<Simulated> powers;
  for (const TestCharacteristics& test : result.characteristics.tests) {
    names.push_back(test.name);
    powers.push_back(test.power);
  }
  for (const Aim::Which which : {Aim::Which::any, Aim::Which::all}) {
    names.emplace_back(which == Aim::Which::any ? "any" : "all");
    powers.push_back(power_of(responses_of(result.rejections, {.which = which})));
  }
  if (cell == 0) {
    shown_ = std::move(names);
    known_ = std::move(powers);
    powers_.resize(shown_.size());
    harms_.resize(hypotheses());
    return;
  }
  for (std::size_t s = 0; s < powers.size(); ++s) powers_[s].push_back(powers[s].value);
  for (std::size_t h = 0; h < hypotheses(); ++h) {
    harms_[h].push_back(result.characteristics.tests[h].harm.value);
  }
}

bool AssuranceStudy::has_result() const {
  return draws_done() >= std::min(fewest_draws, options_.draws);
}

double AssuranceStudy::effective_draws() const {
  return worth_of(std::span(rows_).first(draws_done()));
}

double AssuranceStudy::effective_draws(std::size_t key) const {
  std::map<std::size_t, double> value;  // of a row
  for (std::size_t d = 0; d < draws_done(); ++d) {
    const double own = values_[key][d];
    if (value.emplace(rows_[d], own).first->second != own) return static_cast<double>(draws_done());
  }
  return effective_draws();
}

double AssuranceStudy::standard_error(const std::vector<double>& powers) const {
  const double mean = mean_of(powers);
  std::map<std::size_t, double> sums;  // of a row's distances from the mean
  for (std::size_t d = 0; d < powers.size(); ++d) sums[rows_[d]] += powers[d] - mean;
  double squares = 0.0;
  for (const auto& [row, sum] : sums) squares += sum * sum;
  const auto rows = static_cast<double>(sums.size());
  return std::sqrt(variance_left(squares, rows, 1.0)) / static_cast<double>(powers.size());
}

PowerDriver AssuranceStudy::driver(std::size_t key, const std::vector<double>& powers,
                                   const PowerSpread& spread) const {
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
  const double all = spread.variance;
  // Two coefficients explain some of the key's own draws by chance; a mean that of all of them together.
  const double effective = effective_draws(key);
  const double mean_square = (power - design * coefficients).squaredNorm() / static_cast<double>(draws);
  const double left = variance_left(mean_square, effective, 3.0) / variance_left(1.0, effective, 1.0) *
                      variance_left(1.0, effective_draws(), 1.0);
  const double between = all - spread.noise;
  // NaN, too, where the noise is not known or the draws are too few.
  if (!(between > 0.0) || std::isnan(left)) return {keys_[key], nothing, nothing, 2.0 * coefficients(1)};
  // What two coefficients explain by chance alone is chi-squared with two degrees of freedom over the draws.
  const double by_chance = 2.0 / (effective - 1.0) * all / between;
  return {keys_[key], std::clamp((all - left) / between, 0.0, 1.0), by_chance, 2.0 * coefficients(1)};
}

Assurance AssuranceStudy::assurance(std::size_t shown) const {
  const std::vector<double>& powers = powers_[shown];
  const PowerSpread spread = power_spread(powers, effective_draws(), options_.draw_trials);
  const PowerSpread errors =
      power_spread_mcse(powers, std::span(rows_).first(powers.size()), options_.draw_trials, options_.seed);
  Assurance of;
  of.hypothesis = shown_[shown];
  of.assurance = {spread.mean, standard_error(powers)};
  const double of_trials = spread.noise / static_cast<double>(powers.size());
  const double of_draws = of.assurance.mcse * of.assurance.mcse - of_trials;
  of.draws_error = of_draws < 0.0 ? 0.0 : std::sqrt(of_draws);  // NaN where the noise is not known
  of.harm = {nothing, nothing};
  if (shown < hypotheses()) of.harm = {mean_of(harms_[shown]), standard_error(harms_[shown])};
  of.power = known_[shown];
  of.sd = {spread.sd, errors.sd};
  for (std::size_t q = 0; q < power_probabilities.size(); ++q) {
    of.quantiles[q] = {spread.quantiles[q], errors.quantiles[q]};
  }
  for (std::size_t key = 0; key < keys_.size(); ++key) of.drivers.push_back(driver(key, powers, spread));
  of.effective_draws = effective_draws();
  return of;
}

std::vector<Assurance> AssuranceStudy::result() const {
  EQUIPOISE_EXPECTS(has_result());
  std::vector<Assurance> results;
  for (std::size_t h = 0; h < hypotheses(); ++h) results.push_back(assurance(h));
  return results;
}

Assurance AssuranceStudy::of(const Aim& aim) const {
  EQUIPOISE_EXPECTS(has_result() && aim.kind == ResponseKind::rejection);
  if (aim.which == Aim::Which::one) return assurance(aim.hypothesis);
  return assurance(hypotheses() + (aim.which == Aim::Which::all ? 1 : 0));
}

}  // namespace equipoise
