#include "engine/study/trial_cost.hpp"

#include <gtest/gtest.h>

#include "tests/support/simple_trial.hpp"

namespace equipoise {
namespace {

Plan plan_of(AnalysisOptions options, std::vector<double> visits = {6.0, 12.0}) {
  Plan plan = SimpleTrial{.participants = 200, .visits = std::move(visits)}.plan();
  plan.tests.front().analyses.front().options = std::move(options);
  return plan;
}

TEST(TrialCost, IsACountOfWhatATrialHas) {
  const Plan plan = plan_of(MeanDifferenceOptions{});
  const double cost = trial_cost(plan, 200.0);
  EXPECT_GT(cost, 0.0);
  EXPECT_EQ(trial_cost(plan, 200.0), cost);
  // Twice as many participants cost twice as much, but for what a trial costs whatever its size.
  EXPECT_GT(trial_cost(plan, 400.0), 1.5 * cost);
  EXPECT_LT(trial_cost(plan, 400.0), 2.0 * cost);
  EXPECT_GT(trial_cost(plan_of(MeanDifferenceOptions{}, {3.0, 6.0, 9.0, 12.0}), 200.0), cost);
  EXPECT_GT(trial_cost(plan_of(MmrmOptions{}), 200.0), cost);
  Plan twice = plan;
  twice.tests.front().analyses.push_back(twice.tests.front().analyses.front());
  EXPECT_GT(trial_cost(twice, 200.0), cost);
}

}  // namespace
}  // namespace equipoise
