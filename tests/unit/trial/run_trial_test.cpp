#include "engine/trial/run_trial.hpp"

#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "engine/analysis/analyse.hpp"
#include "tests/support/simple_trial.hpp"

namespace equipoise {
namespace {

TrialOutcome outcome_of(const Plan& plan, std::uint64_t replicate) {
  TrialWorkspace workspace(plan);
  TrialOutcome outcome;
  run_trial(plan, Streams(1, replicate), workspace, outcome);
  return outcome;
}

TEST(RunTrial, AnalysesWhatTheTrialSaw) {
  const Plan plan = SimpleTrial{.effects = {1.0, 0.0}, .retention = 0.7}.plan();
  TrialWorkspace workspace(plan);
  TrialOutcome outcome;
  run_trial(plan, Streams(1, 3), workspace, outcome);
  const Estimate again = analyse(workspace.data, plan.tests[0].contrast, plan.tests[0].question,
                                 plan.tests[0].protocol().options, workspace.analysis);
  EXPECT_EQ(outcome.replicate, 3U);
  ASSERT_EQ(outcome.tests.size(), 1U);
  EXPECT_EQ(outcome.tests[0].estimate.value, again.value);
  EXPECT_EQ(outcome.tests[0].estimate.p, again.p);
  EXPECT_EQ(outcome.tests[0].rejected, again.p <= 0.05);
  double seen[2] = {0.0, 0.0};
  double sum[2] = {0.0, 0.0};
  for (std::size_t i = 0; i < workspace.data.participants(); ++i) {
    const double value = workspace.data.values.at(EndpointId{0}, VisitId{1})[i];
    if (std::isnan(value)) continue;
    seen[workspace.data.arm[i]] += 1.0;
    sum[workspace.data.arm[i]] += value;
  }
  EXPECT_LT(seen[0] + seen[1], 40.0);
  EXPECT_NEAR(again.value, sum[0] / seen[0] - sum[1] / seen[1], 1e-12);
}

TEST(RunTrial, ARejectionInFavourOfTheComparatorShowsNothing) {
  const TrialOutcome harm = outcome_of(SimpleTrial{.effects = {-3.0, 0.0}}.plan(), 0);
  EXPECT_TRUE(harm.tests[0].rejected);
  EXPECT_TRUE(harm.tests[0].rejected_for_harm());
  EXPECT_FALSE(harm.tests[0].shown);
  const TrialOutcome benefit = outcome_of(SimpleTrial{.effects = {3.0, 0.0}}.plan(), 0);
  EXPECT_TRUE(benefit.tests[0].shown);
  EXPECT_FALSE(benefit.tests[0].rejected_for_harm());

  SimpleTrial less_is_better{.effects = {-3.0, 0.0}};
  less_is_better.endpoints[0].better = Direction::lower_better;
  EXPECT_TRUE(outcome_of(less_is_better.plan(), 0).tests[0].shown);

  SimpleTrial either{.effects = {-3.0, 0.0}};
  either.hypotheses[0].power_counts = PowerCounts::either;
  const TrialOutcome counted = outcome_of(either.plan(), 0);
  EXPECT_TRUE(counted.tests[0].shown);
  EXPECT_TRUE(counted.tests[0].rejected_for_harm());
}

TEST(RunTrial, ATestInOneDirectionNeverRejectsForHarm) {
  for (const TestKind test : {TestKind::superiority, TestKind::noninferiority, TestKind::equivalence}) {
    SimpleTrial trial{.effects = {-0.2, 0.0}, .level = {0.5, 1}};
    trial.hypotheses[0] = SimpleTrial::better_at(VisitId{1}, test, test == TestKind::superiority ? 0.0 : 2.0);
    for (std::uint64_t replicate = 0; replicate < 20; ++replicate) {
      const TestOutcome outcome = outcome_of(trial.plan(), replicate).tests[0];
      EXPECT_FALSE(outcome.rejected_for_harm());
      EXPECT_EQ(outcome.shown, outcome.rejected);
    }
  }
}

TEST(RunTrial, AFitThatFailedRejectsNothing) {
  const SimpleTrial everybody_leaves{.effects = {5.0, 0.0}, .retention = 1e-9};
  const TrialOutcome outcome = outcome_of(everybody_leaves.plan(), 0);
  EXPECT_EQ(outcome.tests[0].estimate.status, FitStatus::too_few);
  EXPECT_TRUE(std::isnan(outcome.tests[0].estimate.value));
  EXPECT_FALSE(outcome.tests[0].rejected);
  EXPECT_FALSE(outcome.tests[0].rejected_alone);
  EXPECT_EQ(outcome.tests[0].p_adjusted, 1.0);
}

TEST(RunTrial, AFailedFitTakesNothingFromTheOthersButItsPlaceInTheirFamily) {
  SimpleTrial trial{.participants = 200, .effects = {5.0, 0.0}, .endpoints = {}, .hypotheses = {}};
  trial.endpoints = {SimpleTrial::outcome(), SimpleTrial::outcome()};
  trial.hypotheses = {SimpleTrial::better_at(VisitId{1}), SimpleTrial::better_at(VisitId{1})};
  trial.multiplicity = MultiplicityMethod::bonferroni;
  Plan plan = trial.plan();
  // At baseline, adjusted for the very same value: nothing of the residual is left to test with.
  plan.tests[1].contrast.visit = baseline_visit;
  plan.tests[1].analyses[0].options = AncovaOptions{
      .adjust = {{Covariate::Kind::baseline, EndpointId{0}}, {Covariate::Kind::baseline, EndpointId{0}}}};
  const TrialOutcome outcome = outcome_of(plan, 0);
  EXPECT_TRUE(outcome.tests[0].rejected);
  EXPECT_DOUBLE_EQ(outcome.tests[0].p_adjusted, 2.0 * outcome.tests[0].estimate.p);
  EXPECT_EQ(outcome.tests[1].estimate.status, FitStatus::singular);
  EXPECT_FALSE(outcome.tests[1].rejected);
}

TEST(RunTrial, CoPrimaryHypothesesStandOrFallTogether) {
  SimpleTrial trial{.participants = 60, .effects = {0.5, 0.0}};
  trial.endpoints = {SimpleTrial::outcome(), SimpleTrial::outcome()};
  trial.hypotheses = {SimpleTrial::better_at(VisitId{1}), SimpleTrial::better_at(VisitId{1})};
  trial.hypotheses[1].endpoint = EndpointId{1};
  trial.multiplicity = MultiplicityMethod::co_primary;
  const Plan plan = trial.plan();
  int apart = 0;
  for (std::uint64_t replicate = 0; replicate < 50; ++replicate) {
    const TrialOutcome outcome = outcome_of(plan, replicate);
    const bool both = outcome.tests[0].rejected_alone && outcome.tests[1].rejected_alone;
    EXPECT_EQ(outcome.tests[0].rejected, both);
    EXPECT_EQ(outcome.tests[1].rejected, both);
    apart += outcome.tests[0].rejected_alone != outcome.tests[1].rejected_alone ? 1 : 0;
  }
  EXPECT_GT(apart, 0);
}

TEST(RunTrial, DoesNotDependOnWhatTheWorkspaceWasUsedForBefore) {
  const Plan plan = SimpleTrial{.effects = {0.3, 0.0}, .retention = 0.8}.plan();
  TrialWorkspace used(plan);
  TrialOutcome again;
  for (std::uint64_t replicate = 0; replicate <= 5; ++replicate) {
    run_trial(plan, Streams(1, replicate), used, again);
  }
  const TrialOutcome once = outcome_of(plan, 5);
  EXPECT_EQ(std::memcmp(&once.tests[0].estimate, &again.tests[0].estimate, offsetof(Estimate, status)), 0);
}

TEST(RunTrial, AnyReplicateCanBeDrawnAlone) {
  const Plan plan = SimpleTrial{.retention = 0.8}.plan();
  TrialWorkspace of_run(plan);
  TrialOutcome outcome;
  run_trial(plan, Streams(1, 7), of_run, outcome);
  TrialWorkspace alone(plan);
  draw_trial(plan, Streams(1, 7), alone);
  EXPECT_EQ(of_run.people.arm, alone.people.arm);
  EXPECT_EQ(of_run.data.seen, alone.data.seen);
  const auto a = of_run.truth.at(EndpointId{0}, VisitId{1});
  const auto b = alone.truth.at(EndpointId{0}, VisitId{1});
  EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
}

TEST(RunTrial, SeedsAndReplicatesGiveOtherTrials) {
  const Plan plan = SimpleTrial{}.plan();
  TrialWorkspace workspace(plan);
  TrialOutcome first;
  TrialOutcome other_replicate;
  TrialOutcome other_seed;
  run_trial(plan, Streams(1, 0), workspace, first);
  run_trial(plan, Streams(1, 1), workspace, other_replicate);
  run_trial(plan, Streams(2, 0), workspace, other_seed);
  EXPECT_NE(first.tests[0].estimate.value, other_replicate.tests[0].estimate.value);
  EXPECT_NE(first.tests[0].estimate.value, other_seed.tests[0].estimate.value);
}

}  // namespace
}  // namespace equipoise
