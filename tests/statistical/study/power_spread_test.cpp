#include "engine/study/power_spread.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/moments.hpp"
#include "engine/random/laws.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

// So many trials that a power has no noise that could be seen.
constexpr std::uint64_t without_noise = 1'000'000'000'000;

constexpr std::size_t studies = 200;
constexpr std::size_t draws = 200;

/// What the spread of many studies' powers is, and what their own standard errors say of it.
struct Told {
  Moments sd;
  Moments median;
  Moments mean_variance;  // squares of the errors told
  Moments sd_variance;
  Moments median_variance;
};

/// Studies whose powers are uniform between 0 and 1, each standing in `repeats` draws of one row.
Told uniform_powers(std::size_t repeats, bool rows_are_known) {
  Told told;
  for (std::size_t study = 0; study < studies; ++study) {
    std::vector<double> once(draws);
    fill_uniform(Streams(7, study).at(Purpose::test, 0), once);
    std::vector<double> powers;
    std::vector<std::size_t> rows;
    for (std::size_t d = 0; d < draws * repeats; ++d) {
      powers.push_back(once[d / repeats]);
      rows.push_back(rows_are_known ? d / repeats : d);
    }
    const PowerSpread spread = power_spread(powers, worth_of(rows), without_noise);
    const PowerSpread errors = power_spread_mcse(powers, rows, without_noise, study);
    told.sd.add(spread.sd);
    told.median.add(spread.quantiles[2]);
    told.mean_variance.add(errors.mean * errors.mean);
    told.sd_variance.add(errors.sd * errors.sd);
    told.median_variance.add(errors.quantiles[2] * errors.quantiles[2]);
  }
  return told;
}

// Of a uniform law between 0 and 1: its variance; that of a sample's SD, (mu4 - mu2^2) / (4 mu2 n), to first
// order; and that of the median of an even sample, which is the mean of two beta numbers, 1 / (4 (n + 2))
// but for terms of the order of 1 / n^2.
constexpr double variance = 1.0 / 12.0;
constexpr double variance_of_sd = (1.0 / 80.0 - variance * variance) / (4.0 * variance * draws);
constexpr double variance_of_median = 1.0 / (4.0 * (draws + 2.0));

/// How far the mean of what the studies tell may be from the truth by chance.
double tolerance(const Moments& told) {
  return checks::standard_errors_allowed() * told.standard_error();
}

TEST(PowerSpread, ItsErrorsAreThoseOfAUniformLaw) {
  const Told told = uniform_powers(1, true);
  EXPECT_NEAR(told.mean_variance.mean(), variance / draws, tolerance(told.mean_variance));
  // Terms of second order in 1 / n.
  EXPECT_NEAR(told.sd_variance.mean(), variance_of_sd,
              tolerance(told.sd_variance) + 2.0 / draws * variance_of_sd);
  // The bootstrap's variance of a median is too large by about n^(-1/2) of itself (Hall and Martin 1988).
  EXPECT_NEAR(told.median_variance.mean(), variance_of_median,
              tolerance(told.median_variance) + variance_of_median / std::sqrt(draws));
  // What the closed forms say is what the studies do.
  EXPECT_GT(checks::variance_p(told.sd.variance(), studies, variance_of_sd), checks::one_in_a_million);
  EXPECT_GT(checks::variance_p(told.median.variance(), studies, variance_of_median),
            checks::one_in_a_million);
}

TEST(PowerSpread, RowsThatRepeatTellNoMore) {
  const Told once = uniform_powers(1, true);
  const Told known = uniform_powers(3, true);
  EXPECT_NEAR(known.sd_variance.mean(), once.sd_variance.mean(), 2.0 * tolerance(once.sd_variance));
  // The negative control: rows that are not known to repeat tell three times as much, they say.
  const Told unknown = uniform_powers(3, false);
  EXPECT_LT(unknown.sd_variance.mean() + tolerance(unknown.sd_variance),
            0.5 * (known.sd_variance.mean() - tolerance(known.sd_variance)));
  EXPECT_LT(unknown.mean_variance.mean(), 0.5 * variance / draws);
}

TEST(PowerSpread, TheTrialsOfADrawAreInItsErrors) {
  // Powers between 0.3 and 0.7, of ten trials each. The estimate V - N is a mean of its draws' parts around
  // a mean that is nearly known, so that its variance is that of a part over their number.
  constexpr std::uint64_t trials = 10;
  Moments estimates;
  Moments told;
  for (std::size_t study = 0; study < studies; ++study) {
    std::vector<double> where(draws);
    std::vector<double> luck(draws * trials);
    fill_uniform(Streams(8, study).at(Purpose::test, 0), where);
    fill_uniform(Streams(8, study).at(Purpose::test, 1), luck);
    std::vector<double> powers(draws, 0.0);
    for (std::size_t k = 0; k < luck.size(); ++k) {
      if (luck[k] < 0.3 + 0.4 * where[k / trials]) powers[k / trials] += 1.0 / trials;
    }
    std::vector<std::size_t> rows(draws);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    estimates.add(power_spread(powers, draws, trials).sd);
    const PowerSpread errors = power_spread_mcse(powers, rows, trials, study);
    told.add(errors.sd * errors.sd);
    EXPECT_GT(errors.quantiles[0], 0.0);
  }
  // The SD over so many studies is known to this, relatively: twice the variance of a normal sample's.
  const double of_variance = checks::standard_errors_allowed() * 2.0 * std::sqrt(2.0 / studies);
  EXPECT_NEAR(told.mean(), estimates.variance(), of_variance * estimates.variance());
  // The negative control: were the powers known without noise the error would be less than half of this.
  const double exact = (0.4 * 0.4) * variance_of_sd;
  EXPECT_GT(told.mean(), 4.0 * exact);
}

TEST(PowerSpread, OneRowTellsNoError) {
  const std::vector<double> powers(5, 0.5);
  const std::vector<std::size_t> rows(5, 3);
  EXPECT_TRUE(std::isnan(power_spread_mcse(powers, rows, 50, 1).mean));
  EXPECT_TRUE(std::isnan(power_spread_mcse(powers, {std::vector<std::size_t>{0, 1, 2, 3, 4}}, 1, 1).sd));
}

}  // namespace
}  // namespace equipoise
