#include "engine/characteristics/tally.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/simple_trial.hpp"

namespace equipoise {
namespace {

/// A trial's outcome as somebody might have written it down.
TestOutcome test_outcome(double value, double se, bool rejected, FitStatus status = FitStatus::ok) {
  TestOutcome outcome;
  outcome.estimate = status == FitStatus::ok || status == FitStatus::boundary ? Estimate{} : failed(status);
  outcome.estimate.status = status;
  if (outcome.estimate.usable()) {
    outcome.estimate.value = value;
    outcome.estimate.se = se;
    outcome.estimate.lower = value - 2.0 * se;
    outcome.estimate.upper = value + 2.0 * se;
  }
  outcome.rejected = rejected;
  outcome.rejected_alone = rejected || value > 0.4;
  outcome.shown = rejected;
  outcome.analyses.push_back({outcome.estimate, status, 0, outcome.rejected_alone, outcome.rejected_alone});
  return outcome;
}

/// Forty trials of one plan with made-up answers, some of them failed.
class FortyTrials : public testing::Test {
 protected:
  static constexpr double truth_ = 0.3;
  static constexpr double truth_mcse_ = 0.01;

  FortyTrials() : plan_(trial().plan()), workspace_(plan_), truths_{{truth_, truth_mcse_}} {
    for (int k = 0; k < 40; ++k) {
      const double value = 0.3 + 0.2 * std::sin(1.7 * k);
      const FitStatus status = k % 10 == 3 ? FitStatus::not_converged
                               : k == 7    ? FitStatus::boundary
                                           : FitStatus::ok;
      outcomes_.push_back({static_cast<std::uint64_t>(k),
                           {test_outcome(value, 0.06 + 0.001 * k,
                                         value > 0.35 && status != FitStatus::not_converged, status)}});
    }
  }

  static SimpleTrial trial() { return {.effects = {0.3, 0.0}, .visits = {6.0, 12.0}, .retention = 0.8}; }

  /// A tally of the trials from `first` to before `last`, with the participants of those replicates.
  Tally tally_of(std::size_t first, std::size_t last) {
    Tally tally(plan_, truths_);
    for (std::size_t k = first; k < last; ++k) {
      draw_trial(plan_, Streams(1, k), workspace_);
      tally.add(outcomes_[k], workspace_);
    }
    return tally;
  }
  TestCharacteristics of_test() { return tally_of(0, 40).characteristics(plan_).tests[0]; }

  [[nodiscard]] std::vector<Estimate> usable() const {
    std::vector<Estimate> estimates;
    for (const TrialOutcome& outcome : outcomes_) {
      if (outcome.tests[0].estimate.usable()) estimates.push_back(outcome.tests[0].estimate);
    }
    return estimates;
  }

  Plan plan_;
  TrialWorkspace workspace_;
  std::vector<TrueValue> truths_;
  std::vector<TrialOutcome> outcomes_;
};

double mean(const std::vector<double>& x) {
  double sum = 0.0;
  for (const double value : x) sum += value;
  return sum / static_cast<double>(x.size());
}

double variance(const std::vector<double>& x) {
  double sum = 0.0;
  for (const double value : x) sum += (value - mean(x)) * (value - mean(x));
  return sum / static_cast<double>(x.size() - 1);
}

TEST_F(FortyTrials, PowerCountsAFailedFitAsNoRejection) {
  double rejected = 0.0;
  double alone = 0.0;
  for (const TrialOutcome& outcome : outcomes_) {
    rejected += outcome.tests[0].rejected ? 1.0 : 0.0;
    alone += outcome.tests[0].rejected_alone ? 1.0 : 0.0;
  }
  const TestCharacteristics test = of_test();
  const double power = rejected / 40.0;
  EXPECT_DOUBLE_EQ(test.power.value, power);
  EXPECT_DOUBLE_EQ(test.power.mcse, std::sqrt(power * (1.0 - power) / 40.0));
  EXPECT_DOUBLE_EQ(test.power_alone.value, alone / 40.0);
}

/// The trial's rejection in favour of the comparator.
TestOutcome for_harm(TestOutcome outcome) {
  outcome.shown = false;
  outcome.analyses.front().favours_comparator = true;
  return outcome;
}

TEST_F(FortyTrials, ARejectionForHarmIsNoPowerButARejectionAllTheSame) {
  double harmed = 0.0;
  for (std::size_t k = 0; k < 40; k += 3) {
    TestOutcome& outcome = outcomes_[k].tests[0];
    harmed += outcome.rejected ? 1.0 : 0.0;
    outcome = for_harm(outcome);
  }
  ASSERT_GT(harmed, 0.0);
  double rejected = 0.0;
  double alone = 0.0;
  double alone_for_harm = 0.0;
  for (const TrialOutcome& outcome : outcomes_) {
    const TestOutcome& test = outcome.tests[0];
    rejected += test.rejected ? 1.0 : 0.0;
    alone += test.rejected_alone ? 1.0 : 0.0;
    alone_for_harm += test.analyses.front().rejected_for_harm() ? 1.0 : 0.0;
  }
  const TestCharacteristics test = of_test();
  EXPECT_DOUBLE_EQ(test.rejection_rate.value, rejected / 40.0);
  EXPECT_DOUBLE_EQ(test.harm.value, harmed / 40.0);
  EXPECT_DOUBLE_EQ(test.power.value, (rejected - harmed) / 40.0);
  EXPECT_DOUBLE_EQ(test.power_alone.value, (alone - alone_for_harm) / 40.0);
  const AnalysisCharacteristics& protocol = test.analyses.front();
  EXPECT_DOUBLE_EQ(protocol.rules.fallback.value, test.power_alone.value);
  EXPECT_DOUBLE_EQ(protocol.rejection_rules.fallback.value, alone / 40.0);
  EXPECT_DOUBLE_EQ(power_or_error(test).value, test.power.value);
}

TEST_F(FortyTrials, WhereEitherDirectionCountsHarmIsPower) {
  plan_.design.hypotheses[0].power_counts = PowerCounts::either;
  for (TrialOutcome& outcome : outcomes_) {
    outcome.tests[0] = for_harm(outcome.tests[0]);
    outcome.tests[0].shown = outcome.tests[0].rejected;
  }
  const TestCharacteristics test = of_test();
  EXPECT_GT(test.power.value, 0.0);
  EXPECT_EQ(test.power.value, test.harm.value);
  EXPECT_EQ(test.analyses.front().power.value, test.analyses.front().rejection_rate.value);
}

TEST_F(FortyTrials, WithoutAnyUsableFitThereIsNoPower) {
  Tally tally(plan_, truths_);
  for (std::uint64_t k = 0; k < 10; ++k) {
    draw_trial(plan_, Streams(1, k), workspace_);
    tally.add({k, {test_outcome(0.0, 0.0, false, FitStatus::separated)}}, workspace_);
  }
  const Characteristics all = tally.characteristics(plan_);
  EXPECT_TRUE(std::isnan(all.tests[0].power.value));
  EXPECT_TRUE(std::isnan(all.tests[0].power_alone.value));
  EXPECT_TRUE(std::isnan(all.any.value));
  EXPECT_TRUE(std::isnan(all.all.value));
  EXPECT_EQ(all.tests[0].analyses[0].unanswered, 10U);
  // One that is usable is enough.
  draw_trial(plan_, Streams(1, 10), workspace_);
  tally.add({10, {test_outcome(0.3, 0.1, false, FitStatus::ok)}}, workspace_);
  EXPECT_EQ(tally.characteristics(plan_).tests[0].power.value, 0.0);
}

TEST_F(FortyTrials, EveryStatusIsTallied) {
  const TestCharacteristics test = of_test();
  EXPECT_EQ(test.status[static_cast<std::size_t>(FitStatus::not_converged)], 4U);
  EXPECT_EQ(test.status[static_cast<std::size_t>(FitStatus::boundary)], 1U);
  EXPECT_EQ(test.status[static_cast<std::size_t>(FitStatus::ok)], 35U);
}

// Morris, White and Crowther (2019), table 6, over the usable fits.

TEST_F(FortyTrials, BiasAndItsError) {
  std::vector<double> values;
  for (const Estimate& estimate : usable()) values.push_back(estimate.value);
  const double standard_error = std::sqrt(variance(values) / static_cast<double>(values.size()));
  const TestCharacteristics test = of_test();
  EXPECT_NEAR(test.mean_estimate.value, mean(values), 1e-14);
  EXPECT_NEAR(test.mean_estimate.mcse, standard_error, 1e-14);
  EXPECT_NEAR(test.bias.value, mean(values) - truth_, 1e-14);
  EXPECT_NEAR(test.bias.mcse, std::sqrt(standard_error * standard_error + truth_mcse_ * truth_mcse_), 1e-14);
}

TEST_F(FortyTrials, EmpiricalStandardErrorAndItsError) {
  std::vector<double> values;
  for (const Estimate& estimate : usable()) values.push_back(estimate.value);
  const double sd = std::sqrt(variance(values));
  const TestCharacteristics test = of_test();
  EXPECT_NEAR(test.empirical_se.value, sd, 1e-14);
  EXPECT_NEAR(test.empirical_se.mcse, sd / std::sqrt(2.0 * (static_cast<double>(values.size()) - 1.0)),
              1e-14);
}

TEST_F(FortyTrials, ModelStandardErrorAndItsError) {
  std::vector<double> squares;
  for (const Estimate& estimate : usable()) squares.push_back(estimate.se * estimate.se);
  const double model_se = std::sqrt(mean(squares));
  const double mcse =
      std::sqrt(variance(squares) / (4.0 * static_cast<double>(squares.size()) * mean(squares)));
  const TestCharacteristics test = of_test();
  EXPECT_NEAR(test.model_se.value, model_se, 1e-14);
  EXPECT_NEAR(test.model_se.mcse, mcse, 1e-14);
}

TEST_F(FortyTrials, CoverageAndItsError) {
  double covered = 0.0;
  for (const Estimate& estimate : usable()) {
    covered += estimate.lower <= truth_ && truth_ <= estimate.upper ? 1.0 : 0.0;
  }
  const auto n = static_cast<double>(usable().size());
  const TestCharacteristics test = of_test();
  EXPECT_DOUBLE_EQ(test.coverage.value, covered / n);
  EXPECT_DOUBLE_EQ(test.coverage.mcse, std::sqrt(covered / n * (1.0 - covered / n) / n));
  EXPECT_GT(covered, 0.0);
  EXPECT_LT(covered, n);
}

TEST_F(FortyTrials, ArmsAreSummedOverWhoWasSeen) {
  double seen[3] = {0.0, 0.0, 0.0};
  std::vector<double> values[3];
  double enrolled = 0.0;
  for (std::size_t k = 0; k < 40; ++k) {
    draw_trial(plan_, Streams(1, k), workspace_);
    for (std::size_t i = 0; i < workspace_.data.participants(); ++i) {
      if (workspace_.data.arm[i] != 0) continue;
      enrolled += 1.0;
      for (std::size_t v = 0; v < 3; ++v) {
        if (!workspace_.data.attended(i, id_at<VisitId>(v))) continue;
        seen[v] += 1.0;
        values[v].push_back(workspace_.data.values.at(EndpointId{0}, id_at<VisitId>(v))[i]);
      }
    }
  }
  const ArmSummary arm = tally_of(0, 40).characteristics(plan_).arms[0];
  EXPECT_DOUBLE_EQ(arm.enrolled, enrolled / 40.0);
  EXPECT_DOUBLE_EQ(arm.retention, seen[2] / enrolled);
  ASSERT_EQ(arm.endpoints.size(), 1U);
  for (std::size_t v = 0; v < 3; ++v) {
    EXPECT_DOUBLE_EQ(arm.endpoints[0].observed[v], seen[v] / enrolled);
    EXPECT_NEAR(arm.endpoints[0].mean[v], mean(values[v]), 1e-12);
    EXPECT_NEAR(arm.endpoints[0].sd[v], std::sqrt(variance(values[v])), 1e-12);
  }
}

void expect_near(const Simulated& a, const Simulated& b) {
  EXPECT_NEAR(a.value, b.value, 1e-13);
  EXPECT_NEAR(a.mcse, b.mcse, 1e-13);
}

TEST_F(FortyTrials, MergedTalliesEqualOneOverAll) {
  Tally merged = tally_of(0, 13);
  merged.merge(tally_of(13, 29));
  merged.merge(tally_of(29, 40));
  EXPECT_EQ(merged.trials(), 40U);
  const Characteristics of_parts = merged.characteristics(plan_);
  const Characteristics whole = tally_of(0, 40).characteristics(plan_);
  const TestCharacteristics& a = of_parts.tests[0];
  const TestCharacteristics& b = whole.tests[0];
  EXPECT_EQ(a.power.value, b.power.value);
  EXPECT_EQ(a.coverage.value, b.coverage.value);
  EXPECT_EQ(a.status, b.status);
  expect_near(a.bias, b.bias);
  expect_near(a.empirical_se, b.empirical_se);
  expect_near(a.model_se, b.model_se);
  EXPECT_EQ(of_parts.arms[1].retention, whole.arms[1].retention);
  for (std::size_t v = 0; v < 3; ++v) {
    EXPECT_NEAR(of_parts.arms[1].endpoints[0].mean[v], whole.arms[1].endpoints[0].mean[v], 1e-13);
    EXPECT_NEAR(of_parts.arms[1].endpoints[0].sd[v], whole.arms[1].endpoints[0].sd[v], 1e-13);
  }
}

TEST_F(FortyTrials, AClearedTallyIsAsNew) {
  Tally tally = tally_of(0, 20);
  tally.clear();
  EXPECT_EQ(tally.trials(), 0U);
  tally.merge(tally_of(0, 40));
  EXPECT_EQ(tally.characteristics(plan_).tests[0].power.value, of_test().power.value);
}

TEST_F(FortyTrials, TheWorstErrorIsNeverNothing) {
  Tally tally(plan_, truths_);
  draw_trial(plan_, Streams(1, 0), workspace_);
  for (int k = 0; k < 100; ++k) tally.add({0, {test_outcome(1.0, 0.1, true)}}, workspace_);
  EXPECT_DOUBLE_EQ(tally.characteristics(plan_).tests[0].power.mcse, tally.worst_power_mcse());
  const double p = 102.0 / 104.0;  // two successes and two failures more
  EXPECT_DOUBLE_EQ(tally.worst_power_mcse(), std::sqrt(p * (1.0 - p) / 104.0));
}

TEST(Tally, AnyAndAllCountTrials) {
  SimpleTrial trial;
  trial.hypotheses = {SimpleTrial::better_at(VisitId{1}), SimpleTrial::better_at(VisitId{1})};
  const Plan plan = trial.plan();
  TrialWorkspace workspace(plan);
  draw_trial(plan, Streams(1, 0), workspace);
  const std::vector<TrueValue> truths(2);
  Tally tally(plan, truths);
  for (int k = 0; k < 10; ++k) {
    tally.add({0, {test_outcome(0.0, 1.0, k < 6), test_outcome(0.0, 1.0, k < 2 || k == 9)}}, workspace);
  }
  const Characteristics all = tally.characteristics(plan);
  EXPECT_DOUBLE_EQ(all.any.value, 0.7);
  EXPECT_DOUBLE_EQ(all.all.value, 0.2);
  EXPECT_DOUBLE_EQ(all.any.mcse, std::sqrt(0.7 * 0.3 / 10.0));
}

TEST(Tally, TheFamilywiseErrorCountsTrialsThatRejectATrueNull) {
  SimpleTrial trial;
  trial.hypotheses = {SimpleTrial::better_at(VisitId{1}), SimpleTrial::better_at(VisitId{1}),
                      SimpleTrial::better_at(VisitId{1})};
  const Plan plan = trial.plan();
  TrialWorkspace workspace(plan);
  draw_trial(plan, Streams(1, 0), workspace);
  // The second is no true null: its rejections are none that are wrong.
  Tally tally(plan, std::vector<TrueValue>{{0.0, 0.0}, {1.0, 0.0}, {0.0, 0.0}});
  Tally half = tally;
  for (int k = 0; k < 10; ++k) {
    Tally& to = k < 5 ? tally : half;
    to.add({0,
            {test_outcome(0.0, 1.0, k < 2), test_outcome(0.0, 1.0, k < 8),
             test_outcome(0.0, 1.0, k == 1 || k == 9)}},
           workspace);
  }
  tally.merge(half);
  const Simulated error = tally.characteristics(plan).familywise_error;
  EXPECT_DOUBLE_EQ(error.value, 0.3);
  EXPECT_DOUBLE_EQ(error.mcse, std::sqrt(0.3 * 0.7 / 10.0));
}

TEST(Tally, ThereIsNoFamilywiseErrorWithoutATrueNullOrAFamily) {
  SimpleTrial one;
  SimpleTrial two;
  two.hypotheses = {SimpleTrial::better_at(VisitId{1}), SimpleTrial::better_at(VisitId{1})};
  const Plan alone = one.plan();
  const Plan works = two.plan();
  EXPECT_TRUE(
      std::isnan(Tally(alone, std::vector<TrueValue>(1)).characteristics(alone).familywise_error.value));
  const Tally no_null(works, std::vector<TrueValue>{{1.0, 0.0}, {1.0, 0.0}});
  EXPECT_TRUE(std::isnan(no_null.characteristics(works).familywise_error.value));
}

/// One trial of a plan with these analyses, whose estimates are all `value`.
TestCharacteristics with_analyses(const std::vector<PlannedAnalysis>& analyses, const TrueValue& truth,
                                  std::uint8_t used = 0) {
  Plan plan = SimpleTrial{}.plan();
  plan.tests[0].analyses = analyses;
  TrialWorkspace workspace(plan);
  draw_trial(plan, Streams(1, 0), workspace);
  Tally tally(plan, std::vector<TrueValue>{truth});
  TestOutcome outcome = test_outcome(0.6, 0.1, false);
  outcome.analyses.resize(analyses.size(), outcome.analyses.front());
  for (AnalysisOutcome& analysis : outcome.analyses) analysis.used = used;
  tally.add({0, {outcome}}, workspace);
  return tally.characteristics(plan).tests[0];
}

LogisticOptions odds_ratio(std::vector<Covariate> adjust = {}) {
  LogisticOptions options;
  options.measure = LogisticOptions::Measure::odds_ratio;
  options.adjust = std::move(adjust);
  return options;
}

TEST(Scales, AnEstimateIsHeldAgainstTheTrueValueOfItsOwn) {
  const TrueValue truth{{0.1, 0.001}, {0.4, 0.002}, {0.5, 0.003}};
  LogisticOptions risk_ratio;
  risk_ratio.measure = LogisticOptions::Measure::risk_ratio;
  const TestCharacteristics test = with_analyses(
      {{"odds", odds_ratio(), {}, {}}, {"risks", risk_ratio, {}, {}}, {"p", ProportionsOptions{}, {}, {}}},
      truth);
  EXPECT_DOUBLE_EQ(test.truth.value, 0.5);
  EXPECT_DOUBLE_EQ(test.bias.value, 0.6 - 0.5);
  EXPECT_DOUBLE_EQ(test.coverage.value, 1.0);
  EXPECT_DOUBLE_EQ(test.analyses[1].truth.mcse, 0.002);
  EXPECT_DOUBLE_EQ(test.analyses[1].bias.value, 0.6 - 0.4);
  EXPECT_DOUBLE_EQ(test.analyses[2].bias.value, 0.5);
  EXPECT_DOUBLE_EQ(test.analyses[2].coverage.value, 0.0);
  EXPECT_DOUBLE_EQ(test.analyses[2].difference.coverage.value, -1.0);
  EXPECT_TRUE(std::isnan(test.analyses[2].difference.bias.value));  // of two scales
}

TEST(Scales, AConditionalOddsRatioHasNoTrueValueButItsNull) {
  const std::vector<PlannedAnalysis> adjusted{
      {"odds", odds_ratio({{Covariate::Kind::baseline, EndpointId{0}, false}}), {}, {}}};
  const TestCharacteristics test = with_analyses(adjusted, {{0.1, 0.001}, {0.4, 0.002}, {0.5, 0.003}});
  EXPECT_TRUE(std::isnan(test.truth.value));
  EXPECT_TRUE(std::isnan(test.bias.value));
  EXPECT_TRUE(std::isnan(test.coverage.value));
  EXPECT_DOUBLE_EQ(test.mean_estimate.value, 0.6);
  EXPECT_FALSE(test.null_is_true);
  EXPECT_TRUE(with_analyses(adjusted, {}).null_is_true);
}

TEST(Scales, EstimatesOfTwoScalesAreNotAveraged) {
  const std::vector<PlannedAnalysis> planned{{"odds", odds_ratio(), {ProportionsOptions{}}, {"p"}}};
  const TrueValue truth{{0.1, 0.001}, {0.4, 0.002}, {0.5, 0.003}};
  EXPECT_DOUBLE_EQ(with_analyses(planned, truth).mean_estimate.value, 0.6);
  const TestCharacteristics mixed = with_analyses(planned, truth, 1);
  EXPECT_TRUE(std::isnan(mixed.mean_estimate.value));
  EXPECT_TRUE(std::isnan(mixed.coverage.value));
  EXPECT_FALSE(std::isnan(mixed.power_alone.value));
}

}  // namespace
}  // namespace equipoise
