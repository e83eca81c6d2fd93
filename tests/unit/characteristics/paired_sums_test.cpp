#include "engine/characteristics/paired_sums.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

std::vector<PairedSums::Result> results(double shift, double scale) {
  std::vector<PairedSums::Result> all;
  for (int k = 0; k < 50; ++k) {
    const double error = shift + scale * std::sin(1.3 * k) + 0.2 * std::cos(2.9 * k * (shift + 1.0));
    all.push_back({.error = error,
                   .squared_se = 0.3 + 0.1 * error,
                   .covered = std::abs(error) < 0.9,
                   .rejected = error > 0.5,
                   .shown = error > 0.6,
                   .usable = k % 17 != 4});
  }
  return all;
}

PairedSums sums_of(std::size_t first, std::size_t last) {
  const auto one = results(0.0, 1.0);
  const auto other = results(0.1, 0.8);
  PairedSums sums;
  for (std::size_t k = first; k < last; ++k) sums.add(one[k], other[k]);
  return sums;
}

TEST(PairedSums, DifferencesOfMeansHaveThePairedError) {
  const auto one = results(0.0, 1.0);
  const auto other = results(0.1, 0.8);
  std::vector<double> bias;
  std::vector<double> covered;
  double rejected = 0.0;
  double shown = 0.0;
  for (std::size_t k = 0; k < one.size(); ++k) {
    rejected += (other[k].rejected ? 1.0 : 0.0) - (one[k].rejected ? 1.0 : 0.0);
    shown += (other[k].shown ? 1.0 : 0.0) - (one[k].shown ? 1.0 : 0.0);
    if (!one[k].usable) continue;
    bias.push_back(other[k].error - one[k].error);
    covered.push_back((other[k].covered ? 1.0 : 0.0) - (one[k].covered ? 1.0 : 0.0));
  }
  const auto check = [](const Simulated& found, const std::vector<double>& differences) {
    const auto n = static_cast<double>(differences.size());
    double mean = 0.0;
    for (const double value : differences) mean += value / n;
    double squares = 0.0;
    for (const double value : differences) squares += (value - mean) * (value - mean);
    EXPECT_NEAR(found.value, mean, 1e-12);
    EXPECT_NEAR(found.mcse, std::sqrt(squares / n / (n - 1.0)), 1e-12);
  };
  const PairedDifference difference = sums_of(0, 50).difference();
  check(difference.bias, bias);
  check(difference.coverage, covered);
  EXPECT_NEAR(difference.power.value, shown / 50.0, 1e-12);
  EXPECT_NEAR(difference.rejection_rate.value, rejected / 50.0, 1e-12);
  EXPECT_NE(shown, rejected);
}

TEST(PairedSums, ErrorsOfStandardErrorsAreTheJackknifes) {
  // The delta method and the jackknife agree up to terms of order 1 / n.
  const auto one = results(0.0, 1.0);
  const auto other = results(0.1, 0.8);
  const PairedDifference whole = sums_of(0, 50).difference();
  std::vector<PairedDifference> without;
  for (std::size_t left = 0; left < one.size(); ++left) {
    if (!one[left].usable) continue;
    PairedSums sums;
    for (std::size_t k = 0; k < one.size(); ++k) {
      if (k != left) sums.add(one[k], other[k]);
    }
    without.push_back(sums.difference());
  }
  const auto n = static_cast<double>(without.size());
  double empirical = 0.0;
  double model = 0.0;
  for (const PairedDifference& each : without) {
    empirical += std::pow(each.empirical_se.value - whole.empirical_se.value, 2) * (n - 1.0) / n;
    model += std::pow(each.model_se.value - whole.model_se.value, 2) * (n - 1.0) / n;
  }
  EXPECT_NEAR(whole.empirical_se.mcse, std::sqrt(empirical), 0.1 * std::sqrt(empirical));
  EXPECT_NEAR(whole.model_se.mcse, std::sqrt(model), 0.1 * std::sqrt(model));
}

TEST(PairedSums, MergedPartsAreTheWhole) {
  PairedSums merged = sums_of(0, 20);
  merged.merge(sums_of(20, 50));
  const PairedDifference parts = merged.difference();
  const PairedDifference whole = sums_of(0, 50).difference();
  EXPECT_NEAR(parts.empirical_se.value, whole.empirical_se.value, 1e-13);
  EXPECT_NEAR(parts.model_se.mcse, whole.model_se.mcse, 1e-13);
  EXPECT_EQ(parts.power.value, whole.power.value);
}

}  // namespace
}  // namespace equipoise
