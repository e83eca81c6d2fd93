#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/run/run.hpp"
#include "engine/run/truth.hpp"
#include "tests/support/kept_trials.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/simple_trial.hpp"

namespace equipoise {
namespace {

SimpleTrial small_trial() {
  return {.participants = 24, .sites = 2, .effects = {0.8, 0.0}, .visits = {6.0, 12.0}, .retention = 0.8};
}

RunOptions options_of(std::uint64_t trials, int threads, std::optional<double> precision = {}) {
  RunOptions options;
  options.seed = 3;
  options.trials = trials;
  options.threads = threads;
  options.precision = precision;
  return options;
}

struct Kept {
  KeptTrials sink;
  RunResult result;
};

/// Runs, and stops after `stop_after` trials where that is not 0.
void run(const Plan& plan, const RunOptions& options, Kept& kept, std::uint64_t stop_after = 0) {
  const std::vector<TrueValue> truths(plan.tests.size());
  std::atomic<bool> stop = false;
  kept.result = run_trials(plan, truths, options, &kept.sink, stop, [&](const Progress& progress) {
    if (stop_after > 0 && progress.trials_done >= stop_after) stop = true;
  });
}

void expect_same_trials(const std::vector<TrialOutcome>& a, const std::vector<TrialOutcome>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k) {
    EXPECT_EQ(a[k].replicate, b[k].replicate);
    for (std::size_t h = 0; h < a[k].tests.size(); ++h) {
      EXPECT_TRUE(checks::same_bits(a[k].tests[h], b[k].tests[h])) << k;
    }
  }
}

TEST(RunTrials, GivesTheSameBitsOnAnyNumberOfThreads) {
  const Plan plan = small_trial().plan();
  Kept one;
  run(plan, options_of(1'030, 1), one);
  EXPECT_TRUE(one.result.complete);
  EXPECT_EQ(one.result.characteristics.trials, 1'030U);
  for (const int threads : {2, 8}) {
    Kept several;
    run(plan, options_of(1'030, threads), several);
    checks::expect_same_bits(one.result.characteristics, several.result.characteristics);
    expect_same_trials(one.sink.trials, several.sink.trials);
  }
}

TEST(RunTrials, WritesEveryTrialInOrderAndFinishesOnce) {
  const Plan plan = small_trial().plan();
  Kept kept;
  run(plan, options_of(123, 2), kept);
  ASSERT_EQ(kept.sink.trials.size(), 123U);
  for (std::size_t k = 0; k < 123; ++k) EXPECT_EQ(kept.sink.trials[k].replicate, k);
  EXPECT_EQ(kept.sink.finished, 1);
  EXPECT_TRUE(kept.sink.complete);
  checks::expect_same_bits(kept.sink.characteristics, kept.result.characteristics);
}

TEST(RunTrials, ALongerRunBeginsWithTheShorter) {
  const Plan plan = small_trial().plan();
  Kept shorter;
  Kept longer;
  run(plan, options_of(70, 2), shorter);
  run(plan, options_of(200, 2), longer);
  longer.sink.trials.resize(70);
  expect_same_trials(shorter.sink.trials, longer.sink.trials);
}

TEST(RunTrials, PowerIsTheShareOfTheTrialsThatReject) {
  const Plan plan = small_trial().plan();
  Kept kept;
  run(plan, options_of(300, 2), kept);
  const auto share = [&](auto&& of) {
    return static_cast<double>(std::ranges::count_if(
               kept.sink.trials, [&](const TrialOutcome& trial) { return of(trial.tests[0]); })) /
           300.0;
  };
  const TestCharacteristics& test = kept.result.characteristics.tests[0];
  EXPECT_DOUBLE_EQ(test.power.value, share([](const TestOutcome& trial) { return trial.shown; }));
  EXPECT_DOUBLE_EQ(test.rejection_rate.value, share([](const TestOutcome& trial) { return trial.rejected; }));
}

TEST(RunTrials, ReachesThePrecisionAfterTheSameTrialsOnAnyNumberOfThreads) {
  const Plan plan = small_trial().plan();
  Kept one;
  run(plan, options_of(20'000, 1, 0.012), one);
  EXPECT_TRUE(one.result.complete);
  EXPECT_LT(one.result.characteristics.trials, 20'000U);
  EXPECT_GE(one.result.characteristics.trials, 1'000U);
  EXPECT_LE(one.result.characteristics.tests[0].power.mcse, 0.012);
  for (const int threads : {2, 8}) {
    Kept several;
    run(plan, options_of(20'000, threads, 0.012), several);
    EXPECT_EQ(several.sink.trials.size(), one.sink.trials.size());
    checks::expect_same_bits(one.result.characteristics, several.result.characteristics);
  }
}

TEST(RunTrials, InterruptedIsAShorterRun) {
  const Plan plan = small_trial().plan();
  for (const int threads : {1, 2}) {
    Kept kept;
    run(plan, options_of(5'000, threads), kept, 100);
    const std::uint64_t done = kept.result.characteristics.trials;
    EXPECT_FALSE(kept.result.complete);
    EXPECT_FALSE(kept.sink.complete);
    EXPECT_EQ(kept.sink.finished, 1);
    EXPECT_GE(done, 100U);
    EXPECT_LT(done, 5'000U);
    ASSERT_EQ(kept.sink.trials.size(), done);
    Kept as_planned;
    run(plan, options_of(done, 1), as_planned);
    EXPECT_TRUE(as_planned.result.complete);
    expect_same_trials(kept.sink.trials, as_planned.sink.trials);
    checks::expect_same_bits(kept.result.characteristics, as_planned.result.characteristics);
  }
}

TEST(RunTrials, InterruptedBeforeItBeginsIsAnEmptyRun) {
  const Plan plan = small_trial().plan();
  const std::vector<TrueValue> truths(1);
  KeptTrials sink;
  const std::atomic<bool> stop = true;
  const RunResult result = run_trials(plan, truths, options_of(100, 2), &sink, stop, nullptr);
  EXPECT_FALSE(result.complete);
  EXPECT_EQ(result.characteristics.trials, 0U);
  EXPECT_TRUE(sink.trials.empty());
}

TEST(RunTrials, TalliesFailedFits) {
  SimpleTrial trial = small_trial();
  trial.retention = 1e-9;  // at the last visit
  trial.hypotheses = {SimpleTrial::better_at(VisitId{2})};
  const Plan plan = trial.plan();
  Kept kept;
  run(plan, options_of(100, 2), kept);
  const TestCharacteristics& test = kept.result.characteristics.tests[0];
  EXPECT_EQ(test.status[static_cast<std::size_t>(FitStatus::too_few)], 100U);
  EXPECT_TRUE(std::isnan(test.power.value));  // no fit has said anything
  EXPECT_TRUE(std::isnan(test.bias.value));
}

TEST(TrueValues, AreTheEffectItselfWhereItIsTheSameForEverybody) {
  SimpleTrial trial = small_trial();
  trial.participants = 100;
  const std::vector<TrueValue> truths = true_values(trial.plan(), 1, 5'000, 2);
  ASSERT_EQ(truths.size(), 1U);
  EXPECT_NEAR(truths[0].difference.value, 0.8, 1e-12);
  EXPECT_NEAR(truths[0].difference.mcse, 0.0, 1e-12);
}

TEST(TrueValues, OfProportionsAreTheirDifference) {
  SimpleTrial trial = small_trial();
  trial.participants = 200;
  trial.effects = {0.4, -0.3};
  trial.endpoints = {SimpleTrial::outcome(EndpointKind::state)};
  trial.analysis = ProportionsOptions{};
  const std::vector<TrueValue> truths = true_values(trial.plan(), 1, 40'000, 2);
  const double difference = normal_cdf(0.4) - normal_cdf(-0.3);
  EXPECT_NEAR(truths[0].difference.value, difference,
              5.0 * truths[0].difference.mcse);  // beyond 5 in less than one of a million
  EXPECT_LT(truths[0].difference.mcse, 0.006);
  EXPECT_GT(truths[0].difference.mcse, 0.0);
}

TEST(TrueValues, OfRisksAreThoseOfTheirRatiosToo) {
  SimpleTrial trial = small_trial();
  trial.participants = 200;
  trial.effects = {0.4, -0.3};
  trial.endpoints = {SimpleTrial::outcome(EndpointKind::state)};
  trial.analysis = ProportionsOptions{};
  const double treated = normal_cdf(0.4);
  const double comparator = normal_cdf(-0.3);
  for (const std::uint64_t participants :
       {3'000U, 40'000U}) {  // fewer cohorts than their spread needs, and more
    const TrueValue truth = true_values(trial.plan(), 1, participants, 2)[0];
    EXPECT_NEAR(truth.log_risk_ratio.value, std::log(treated / comparator), 5.0 * truth.log_risk_ratio.mcse);
    EXPECT_NEAR(truth.log_odds_ratio.value,
                std::log(treated / (1.0 - treated) * (1.0 - comparator) / comparator),
                5.0 * truth.log_odds_ratio.mcse);
    EXPECT_LT(truth.log_odds_ratio.mcse, 0.1);
    EXPECT_GT(truth.log_odds_ratio.mcse, 0.0);
  }
}

TEST(TrueValues, OfNumbersHaveNoRatios) {
  const TrueValue truth = true_values(small_trial().plan(), 1, 1'000, 2)[0];
  EXPECT_TRUE(std::isnan(truth.log_risk_ratio.value));
  EXPECT_TRUE(std::isnan(truth.log_odds_ratio.value));
  EXPECT_TRUE(std::isnan(truth.share_of_pairs.value));  // nobody asks for it
}

TEST(TrueValues, OfRanksAreTheShareOfPairsWon) {
  SimpleTrial trial = small_trial();
  trial.participants = 200;
  trial.effects = {0.8, 0.0};
  trial.analysis = RankSumOptions{};
  const Simulated won = true_values(trial.plan(), 1, 40'000, 2)[0].share_of_pairs;
  EXPECT_NEAR(won.value, normal_cdf(0.8 / std::sqrt(2.0)) - 0.5, 5.0 * won.mcse);
  EXPECT_LT(won.mcse, 0.003);
  trial.effects = {0.8, 0.8};
  EXPECT_NEAR(true_values(trial.plan(), 1, 4'000, 2)[0].share_of_pairs.value, 0.0, 1e-12);
}

TEST(TrueValues, DoNotDependOnThreads) {
  SimpleTrial trial = small_trial();
  trial.endpoints = {SimpleTrial::outcome(EndpointKind::state)};
  const Plan plan = trial.plan();
  const std::vector<TrueValue> one = true_values(plan, 1, 3'000, 1);
  EXPECT_TRUE(checks::same_bits(one[0].difference, true_values(plan, 1, 3'000, 2)[0].difference));
  EXPECT_TRUE(checks::same_bits(one[0].difference, true_values(plan, 1, 3'000, 8)[0].difference));
}

TEST(TrueValues, ShareNoParticipantWithTheRun) {
  const SimpleTrial trial = small_trial();
  const auto model = trial.model();
  const Plan plan = trial.plan(model);
  Kept kept;
  run(plan, options_of(200, 1), kept);
  const std::vector<std::uint64_t> of_run = model->replicates_drawn();
  (void)true_values(plan, 1, 3'000, 1);
  std::vector<std::uint64_t> of_truth = model->replicates_drawn();
  of_truth.erase(of_truth.begin(), of_truth.begin() + static_cast<std::ptrdiff_t>(of_run.size()));
  ASSERT_FALSE(of_truth.empty());
  EXPECT_LT(*std::max_element(of_run.begin(), of_run.end()), 200U);
  // More trials than anybody can run: half of all numbers there are.
  EXPECT_GE(*std::min_element(of_truth.begin(), of_truth.end()), std::uint64_t{1} << 63U);
}

}  // namespace
}  // namespace equipoise
