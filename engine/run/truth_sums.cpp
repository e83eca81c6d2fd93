#include "engine/run/truth_sums.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {
namespace {

// With fewer cohorts than this their spread says too little: then participants are taken for independent.
constexpr std::uint64_t fewest_cohorts = 20;

/// An arm that a small cohort did not fill adds nothing.
double finite(double mean) {
  return std::isnan(mean) ? 0.0 : mean;
}

double log_of(double risk) {
  return std::log(risk);
}
double log_slope(double risk) {
  return 1.0 / risk;
}
double log_odds_of(double risk) {
  return std::log(risk) - std::log1p(-risk);
}
double log_odds_slope(double risk) {
  return 1.0 / (risk * (1.0 - risk));
}

}  // namespace

void TruthSums::add(const Effects& cohort) {
  const std::array<const Moments*, 3> parts{&cohort.treatment, &cohort.comparator, &cohort.untreated};
  std::array<double, sums> of{};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const double mean = finite(parts[part]->mean());
    if (cohorts_ == 0) origin_[part] = mean;
    // About the first cohort's means: where everybody's effect is the same, nothing but zeros is squared.
    of[2 * part + 1] = static_cast<double>(parts[part]->count());
    of[2 * part] = of[2 * part + 1] * (mean - origin_[part]);
  }
  for (std::size_t a = 0; a < sums; ++a) {
    for (std::size_t b = 0; b < sums; ++b) products_[a][b] += of[a] * of[b];
  }
  ++cohorts_;
  all_.treatment.merge(cohort.treatment);
  all_.comparator.merge(cohort.comparator);
  all_.untreated.merge(cohort.untreated);
  all_.share_of_pairs.merge(cohort.share_of_pairs);
}

double TruthSums::standard_error(const Gradient& gradient) const {
  const std::array<const Moments*, 3> parts{&all_.treatment, &all_.comparator, &all_.untreated};
  const std::array<double, 3> slopes{gradient.treatment, gradient.comparator, gradient.untreated};
  if (cohorts_ < fewest_cohorts) {
    double variance = 0.0;
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const double error = slopes[part] == 0.0 ? 0.0 : slopes[part] * parts[part]->standard_error();
      variance += error * error;
    }
    return std::sqrt(variance);
  }
  const auto r = static_cast<double>(cohorts_);
  std::array<double, sums> weights{};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const double size = static_cast<double>(parts[part]->count()) / r;
    if (slopes[part] == 0.0) continue;
    weights[2 * part] = slopes[part] / size;
    weights[2 * part + 1] = -slopes[part] * (parts[part]->mean() - origin_[part]) / size;
  }
  double squares = 0.0;
  for (std::size_t a = 0; a < sums; ++a) {
    for (std::size_t b = 0; b < sums; ++b) squares += weights[a] * products_[a][b] * weights[b];
  }
  return std::sqrt(std::max(0.0, squares) / (r * (r - 1.0)));
}

Simulated TruthSums::of_risks(double (*link)(double), double (*slope)(double)) const {
  const double untreated = all_.untreated.mean();
  const double treatment = untreated + all_.treatment.mean();
  const double comparator = untreated + all_.comparator.mean();
  const bool risks = treatment > 0.0 && treatment < 1.0 && comparator > 0.0 && comparator < 1.0;
  if (!risks) return TrueValue::none;
  const double of_treatment = slope(treatment);
  const double of_comparator = slope(comparator);
  return {link(treatment) - link(comparator),
          standard_error({of_treatment, -of_comparator, of_treatment - of_comparator})};
}

TrueValue TruthSums::value(bool ratios) const {
  TrueValue truth;
  truth.difference = {all_.treatment.mean() - all_.comparator.mean(), standard_error({1.0, -1.0, 0.0})};
  if (ratios) {
    truth.log_risk_ratio = of_risks(log_of, log_slope);
    truth.log_odds_ratio = of_risks(log_odds_of, log_odds_slope);
  }
  if (all_.share_of_pairs.count() > 1) {
    truth.share_of_pairs = {all_.share_of_pairs.mean(), all_.share_of_pairs.standard_error()};
  }
  return truth;
}

}  // namespace equipoise
