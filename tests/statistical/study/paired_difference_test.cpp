#include <atomic>
#include <cmath>

#include <gtest/gtest.h>

#include "engine/numeric/moments.hpp"
#include "engine/study/run_cells.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/simple_trial.hpp"

namespace equipoise {
namespace {

constexpr std::uint64_t seeds = 400;
constexpr std::uint64_t trials = 100;

/// The difference of the powers of two effects over many seeds: its scatter, and what it is believed to be.
struct Differences {
  Moments value;
  Moments believed;     // squared standard error, paired
  Moments independent;  // as if the cells had participants of their own
};

Differences over_seeds(bool common) {
  const Plan weak = SimpleTrial{.participants = 40, .effects = {0.6, 0.0}}.plan();
  const Plan strong = SimpleTrial{.participants = 40, .effects = {0.8, 0.0}}.plan();
  const Cells cells{2,
                    [common](std::size_t cell) {
                      return Replicates{common ? 0 : cell * trials, trials};
                    },
                    [&](std::size_t cell) {
                      return Cell{cell == 0 ? weak : strong, std::vector<TrueValue>(1)};
                    }};
  Differences all;
  const std::atomic<bool> stop = false;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    std::vector<CellResult> results;
    run_cells(cells, {.seed = seed, .precision = {}, .threads = 2}, nullptr, stop,
              [&](std::size_t, const CellResult& result) { results.push_back(result); }, {});
    const Simulated difference = power_difference(results[1].rejections, results[0].rejections, 0);
    const double first = results[0].characteristics.tests[0].power.mcse;
    const double second = results[1].characteristics.tests[0].power.mcse;
    all.value.add(difference.value);
    all.believed.add(difference.mcse * difference.mcse);
    all.independent.add(first * first + second * second);
  }
  return all;
}

/// Of the true variance, the believed one is short by 1 / trials: its sum of squares is divided by the
/// trials.
double unbiased(double squared_error) {
  return squared_error * static_cast<double>(trials) / static_cast<double>(trials - 1);
}

TEST(PairedPowerDifference, ScattersOverSeedsAsMuchAsItSays) {
  for (const bool common : {true, false}) {
    const Differences all = over_seeds(common);
    const double p = checks::variance_p(all.value.variance(), seeds, unbiased(all.believed.mean()));
    EXPECT_GT(p, checks::one_in_a_million) << common;
  }
}

// The negative control: the standard error of independent cells is not that of cells that share participants.
TEST(PairedPowerDifference, IsSharperThanThatOfIndependentCells) {
  const Differences all = over_seeds(true);
  EXPECT_LT(checks::variance_p(all.value.variance(), seeds, all.independent.mean()),
            checks::one_in_a_million);
  EXPECT_LT(all.believed.mean(), 0.5 * all.independent.mean());
}

}  // namespace
}  // namespace equipoise
