#include "engine/study/power_quantiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/numeric/quantile.hpp"
#include "engine/random/laws.hpp"
#include "engine/study/power_spread.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

constexpr std::size_t count = power_probabilities.size();
constexpr std::size_t draws = 1000;
constexpr std::uint64_t trials = 20;

/// The power of a one-sided z test at 0.025 of two arms of 86 with standard deviation 1, at the level of its
/// own distribution where the effect is normal with mean 0.5 and standard deviation 0.2: power grows with the
/// effect, so that its quantiles are the powers at the effect's.
double power_at(double level) {
  const double se = std::sqrt(2.0 / 86.0);
  return normal_cdf((0.5 + 0.2 * normal_quantile(level)) / se - normal_quantile(0.975));
}

/// A law far from any that the estimate leans on: 0.3 to 0.7, as likely everywhere.
double plateau_at(double level) {
  return 0.3 + 0.4 * level;
}

/// The shares of rejections in each of the draws of a study.
std::vector<double> shares_of(double (*power)(double), std::uint64_t study, std::size_t of_draws) {
  std::vector<double> where(of_draws);
  std::vector<double> luck(of_draws * trials);
  fill_uniform(Streams(11, study).at(Purpose::test, 0), where);
  fill_uniform(Streams(11, study).at(Purpose::test, 1), luck);
  std::vector<double> shares(of_draws, 0.0);
  for (std::size_t d = 0; d < of_draws; ++d) {
    const double p = power(where[d]);
    const auto* const first = luck.data() + d * trials;
    shares[d] = static_cast<double>(std::count_if(first, first + trials, [&](double u) { return u < p; })) /
                static_cast<double>(trials);
  }
  return shares;
}

struct Estimates {
  std::array<Moments, count> found;
  std::array<Moments, count> of_shares;  // the noise left in
};

Estimates estimates(double (*power)(double), std::size_t studies) {
  Estimates all;
  for (std::size_t study = 0; study < studies; ++study) {
    std::vector<double> shares = shares_of(power, study, draws);
    const PowerSpread spread = power_spread(shares, draws, trials);
    std::ranges::sort(shares);
    for (std::size_t q = 0; q < count; ++q) {
      all.found[q].add(spread.quantiles[q]);
      all.of_shares[q].add(sample_quantile(shares, power_probabilities[q]));
    }
  }
  return all;
}

TEST(PowerQuantiles, OfANormalEffectAreThoseInClosedForm) {
  constexpr std::size_t studies = 100;
  const Estimates all = estimates(power_at, studies);
  double worst = 0.0;
  for (std::size_t q = 0; q < count; ++q) {
    const double truth = power_at(power_probabilities[q]);
    // A quantile of so many draws is off by a few of its own variance, which is a part of 1 over their
    // number.
    const double tolerance =
        checks::standard_errors_allowed() * all.found[q].standard_error() + 2.0 / static_cast<double>(draws);
    EXPECT_NEAR(all.found[q].mean(), truth, tolerance) << power_probabilities[q];
    worst = std::max(worst, std::abs(all.of_shares[q].mean() - truth) / tolerance);
  }
  // The negative control: the shares' own quantiles are not the power's.
  EXPECT_GT(worst, 2.0);
}

TEST(PowerQuantiles, OfAnotherLawTheyAreNearerThanThoseOfTheShares) {
  const Estimates all = estimates(plateau_at, 30);
  for (const std::size_t q : {std::size_t{0}, count - 1}) {
    const double truth = plateau_at(power_probabilities[q]);
    const double off = std::abs(all.found[q].mean() - truth);
    EXPECT_LT(off, 0.015) << power_probabilities[q];
    EXPECT_GT(std::abs(all.of_shares[q].mean() - truth), 3.0 * off);
  }
}

TEST(PowerQuantiles, TheirErrorsAreThoseOfManyStudies) {
  constexpr std::size_t few = 200;
  constexpr std::size_t studies = 200;
  constexpr std::size_t told_in = 8;
  std::array<Moments, count> found;
  std::array<Moments, count> told;
  std::vector<std::size_t> rows(few);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  for (std::size_t study = 0; study < studies; ++study) {
    const std::vector<double> shares = shares_of(power_at, study, few);
    const PowerSpread spread = power_spread(shares, few, trials);
    for (std::size_t q = 0; q < count; ++q) found[q].add(spread.quantiles[q]);
    if (study >= told_in) continue;
    const PowerSpread errors = power_spread_mcse(shares, rows, trials, study);
    for (std::size_t q = 0; q < count; ++q) told[q].add(errors.quantiles[q] * errors.quantiles[q]);
  }
  for (std::size_t q = 1; q < count; ++q) {
    // The variance over the studies is known to a tenth; the resamples' to their own spread and n^(-1/2) of
    // itself more (Hall and Martin 1988).
    const double of_studies = found[q].variance();
    const double tolerance = checks::standard_errors_allowed() *
                                 (told[q].standard_error() + std::sqrt(2.0 / studies) * of_studies) +
                             of_studies / std::sqrt(few);
    EXPECT_NEAR(told[q].mean(), of_studies, tolerance) << power_probabilities[q];
    // The negative control: an error that forgot the trials' noise and the draws' number, by half.
    EXPECT_GT(told[q].mean(), 0.25 * of_studies) << power_probabilities[q];
  }
}

}  // namespace
}  // namespace equipoise
