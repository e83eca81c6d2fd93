#include <gtest/gtest.h>

#include "engine/numeric/moments.hpp"
#include "engine/run/truth.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

constexpr int seeds = 100;

/// How the true values of many seeds scatter, and what they say of their own error.
struct Scatter {
  Moments value;
  Moments squared_error;
};

/// Clusters whose part does not cancel: a third of the variance is the groups', and half of the scores are at
/// the floor.
Scatter with_strong_groups() {
  const Study study =
      shipped_study("lessons/what_groups_do.toml", {"groups.icc=0.3", "endpoint.score.minimum=45"});
  Scatter scatter;
  for (int seed = 1; seed <= seeds; ++seed) {
    const Simulated truth =
        true_values(study.plan, static_cast<std::uint64_t>(seed), 20'000, 0)[0].difference;
    scatter.value.add(truth.value);
    scatter.squared_error.add(truth.mcse * truth.mcse);
  }
  return scatter;
}

TEST(TruthError, CountsThatMembersOfACohortShareTheirGroups) {
  const Scatter scatter = with_strong_groups();
  const double claimed = scatter.squared_error.mean();
  EXPECT_GT(checks::variance_p(scatter.value.variance(), seeds, claimed), checks::one_in_a_million);
  // Taking participants for independent makes the error about 2.2 times too small here.
  EXPECT_LT(checks::variance_p(scatter.value.variance(), seeds, claimed / (2.2 * 2.2)),
            checks::one_in_a_million);
}

}  // namespace
}  // namespace equipoise
