#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/random/laws.hpp"
#include "engine/study/sensitivity_study.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

constexpr std::uint64_t studies = 200;
constexpr std::size_t rows = 64;
constexpr std::uint64_t row_trials = 20;

/// Of two factors uniform on (0, 1) and one that does nothing: variance (0.6^2 + 0.3^2) / 12.
double power_at(double first, double second) {
  return 0.05 + 0.6 * first + 0.3 * second;
}
constexpr double true_variance = (0.36 + 0.09) / 12.0;

/// A cell of trials that reject where a uniform number of the replicate's own is below the power: points with
/// the same replicates share their luck, as trials of the same participants do.
CellResult cell(double power, Replicates replicates, std::uint64_t seed) {
  const Uniform uniform;
  CellResult result{{}, Rejections(1, replicates.first)};
  result.characteristics.tests.resize(1);
  for (std::uint64_t k = replicates.first; k < replicates.first + replicates.count; ++k) {
    Stream stream = Streams(seed, k).at(Purpose::test, 0);
    TrialOutcome trial;
    trial.replicate = k;
    trial.tests.resize(1);
    trial.tests[0].shown = uniform(stream) < power;
    result.rejections.add({&trial, 1});
  }
  return result;
}

PowerSensitivity study_of(std::uint64_t seed) {
  SensitivityStudy study(
      3, {.rows = rows, .row_trials = row_trials, .tornado_trials = 50, .tornado = {0.1, 0.9}, .seed = seed});
  for (std::size_t at = 0; at < study.cells(); ++at) {
    const double power = power_at(study.probability(at, 0), study.probability(at, 1));
    study.add(at, cell(power, study.replicates(at), seed));
  }
  return study.result().front();
}

/// How many standard errors the mean over studies is from the truth.
double distance(const Moments& found, double truth) {
  return std::abs(found.mean() - truth) / found.standard_error();
}

// With 20 trials a point the noise of a power has half the variance of the power itself.
TEST(Sensitivity, TakesTheNoiseOfThePowersOut) {
  Moments variance;
  Moments with_noise;
  Moments mean;
  std::array<Moments, 3> first_order;  // times the variance, which makes them unbiased
  std::array<Moments, 3> total;
  for (std::uint64_t seed = 1; seed <= studies; ++seed) {
    const PowerSensitivity found = study_of(seed);
    const double squared = found.sd * found.sd;
    variance.add(squared);
    // The mean of p (1 - p) / n over the factors, which nobody took out.
    with_noise.add(squared + (0.5 - 0.25 - true_variance) / static_cast<double>(row_trials));
    mean.add(found.mean.value);
    for (std::size_t f = 0; f < 3; ++f) {
      first_order[f].add(found.factors[f].first_order.value * squared);
      total[f].add(found.factors[f].total.value * squared);
    }
  }
  const double allowed = checks::standard_errors_allowed();
  EXPECT_LT(distance(variance, true_variance), allowed);
  EXPECT_LT(distance(mean, 0.5), allowed);
  const std::array<double, 2> shares{0.03, 0.0075};
  for (std::size_t f = 0; f < 2; ++f) {
    EXPECT_LT(distance(first_order[f], shares[f]), allowed) << f;
    EXPECT_LT(distance(total[f], shares[f]), allowed) << f;
  }
  // What does nothing changes no trial, and is known to.
  EXPECT_NEAR(first_order[2].mean(), 0.0, 1e-12);
  EXPECT_NEAR(total[2].mean(), 0.0, 1e-12);
  // The negative control: with the noise left in, all of this is seen to be wrong.
  EXPECT_GT(distance(with_noise, true_variance), allowed);
}

// Sobol's points are more even than the resampled rows are taken for: the intervals hold the truth more often
// than in 95 of 100 studies, and never much less often.
TEST(Sensitivity, IntervalsHoldTheTruth) {
  std::array<double, 2> held{};
  for (std::uint64_t seed = 1; seed <= studies; ++seed) {
    const PowerSensitivity found = study_of(seed);
    for (std::size_t f = 0; f < 2; ++f) {
      const VarianceShare& share = found.factors[f].first_order;
      const double truth = (f == 0 ? 0.36 : 0.09) / 0.45;
      held[f] += share.low <= truth && truth <= share.high ? 1.0 : 0.0;
    }
  }
  for (const double count : held) {
    // The percentile interval of 64 rows may be a little short of its level.
    EXPECT_GT(binomial_cdf(count, studies, 0.93), checks::one_in_a_million);
  }
}

}  // namespace
}  // namespace equipoise
