#include "engine/study/sensitivity_study.hpp"

#include <cmath>
#include <limits>

#include "engine/base/expects.hpp"
#include "engine/characteristics/proportion.hpp"

namespace equipoise {
namespace {

// With fewer rows their spread says nothing.
constexpr std::size_t fewest_rows = 4;

/// With the error that a reader is told.
Simulated power_told(const Rejections& rejections, std::size_t hypothesis) {
  return proportion(rejections.count(hypothesis), rejections.trials());
}

/// With the error that the variance of many such powers is put right by.
Simulated power(const Rejections& rejections, std::size_t hypothesis) {
  const auto n = static_cast<double>(rejections.trials());
  const double share = static_cast<double>(rejections.count(hypothesis)) / n;
  return {share, std::sqrt(share * (1.0 - share) / n)};
}

/// The unbiased variance of a mean over trials whose own variance was found with n in its denominator.
double noise(const Simulated& simulated, std::uint64_t trials) {
  const auto n = static_cast<double>(trials);
  return simulated.mcse * simulated.mcse * n / (n - 1.0);
}

/// The variance of the noise of a power, of a difference of two, and the covariance of two.
double noise_of(const Rejections& point, std::size_t hypothesis) {
  return noise(power(point, hypothesis), point.trials());
}
double difference_noise(const Rejections& a, const Rejections& b, std::size_t hypothesis) {
  return noise(power_difference(a, b, hypothesis), a.trials());
}
double shared_noise(const Rejections& a, const Rejections& b, std::size_t hypothesis) {
  return 0.5 * (noise_of(a, hypothesis) + noise_of(b, hypothesis) - difference_noise(a, b, hypothesis));
}

SobolRow row_of(const std::vector<Rejections>& points, std::size_t h) {
  const Rejections& a = points[0];
  const Rejections& b = points[1];
  SobolRow row{power(a, h).value, power(b, h).value,     noise_of(a, h),
               noise_of(b, h),    shared_noise(a, b, h), {}};
  for (std::size_t point = 2; point < points.size(); ++point) {
    const Rejections& mixed = points[point];
    row.mixed.push_back({power(mixed, h).value, difference_noise(mixed, a, h), shared_noise(mixed, b, h)});
  }
  return row;
}

}  // namespace

SensitivityStudy::SensitivityStudy(std::size_t factors, const SensitivityOptions& options)
    : options_(options), points_(options.rows, factors, options.seed) {
  EQUIPOISE_EXPECTS(factors > 0 && options.rows > 0 && options.row_trials > 1);
}

Replicates SensitivityStudy::replicates(std::size_t cell) const {
  if (cell < tornado_cells()) return {0, options_.tornado_trials};
  const std::size_t row = (cell - tornado_cells()) / points_.points_in_row();
  return {row * options_.row_trials, options_.row_trials};
}

double SensitivityStudy::probability(std::size_t cell, std::size_t factor) const {
  if (cell >= tornado_cells()) {
    const std::size_t point = cell - tornado_cells();
    return points_.at(point / points_.points_in_row(), point % points_.points_in_row(), factor);
  }
  const bool held = cell == 0 || (cell - 1) / 2 != factor;
  return held ? 0.5 : options_.tornado[(cell - 1) % 2];
}

void SensitivityStudy::add(std::size_t cell, const CellResult& result) {
  if (cell == 0) {
    for (const TestCharacteristics& test : result.characteristics.tests) hypotheses_.push_back(test.name);
    rows_.resize(hypotheses_.size());
  }
  if (cell < tornado_cells()) {
    EQUIPOISE_EXPECTS(cell == tornado_.size());
    tornado_.push_back(result.rejections);
    return;
  }
  EQUIPOISE_EXPECTS((cell - tornado_cells()) % points_.points_in_row() == row_.size());
  row_.push_back(result.rejections);
  if (row_.size() == points_.points_in_row()) add_row();
}

void SensitivityStudy::add_row() {
  for (std::size_t h = 0; h < rows_.size(); ++h) rows_[h].push_back(row_of(row_, h));
  row_.clear();
}

bool SensitivityStudy::has_shares() const {
  return rows_done() >= fewest_rows_for_shares;
}

bool SensitivityStudy::has_result() const {
  return tornado_.size() == tornado_cells() && rows_done() >= fewest_rows;
}

FactorInfluence SensitivityStudy::influence(std::size_t hypothesis, std::size_t factor,
                                            const SobolIndices::OfFactor& indices) const {
  const Rejections& low = tornado_[1 + 2 * factor];
  const Rejections& high = tornado_[2 + 2 * factor];
  return {indices.first_order, indices.total, power_told(low, hypothesis), power_told(high, hypothesis),
          power_difference(high, low, hypothesis)};
}

std::vector<PowerSensitivity> SensitivityStudy::result() const {
  EQUIPOISE_EXPECTS(has_result());
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  constexpr SobolIndices::OfFactor no_shares{{none, none, none}, {none, none, none}};
  std::vector<PowerSensitivity> all;
  for (std::size_t h = 0; h < hypotheses_.size(); ++h) {
    const SobolIndices indices = sobol_indices(rows_[h], options_.seed);
    PowerSensitivity one{
        hypotheses_[h], indices.mean, std::sqrt(indices.variance), power_told(tornado_.front(), h), {}};
    for (std::size_t f = 0; f < points_.factors(); ++f) {
      one.factors.push_back(influence(h, f, has_shares() ? indices.factors[f] : no_shares));
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace equipoise
