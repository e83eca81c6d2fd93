#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/unit/analysis/repeated_trial.hpp"

namespace equipoise {
namespace {

constexpr DfMethod small_sample_rules[] = {DfMethod::satterthwaite, DfMethod::kenward_roger,
                                           DfMethod::kenward_roger_linear};

TEST(Mmrm, OfTwoVisitsOfOneArmIsThePairedTTest) {
  RepeatedTrial trial(12, 2, 1);
  std::vector<double> change(12);
  for (std::size_t i = 0; i < 12; ++i) change[i] = trial.value(i, 2) - trial.value(i, 1);
  const double mean = std::accumulate(change.begin(), change.end(), 0.0) / 12.0;
  double squares = 0.0;
  for (const double value : change) squares += (value - mean) * (value - mean);

  Contrast contrast = contrast_at(2);
  contrast.of = Contrast::Of::visits;
  contrast.earlier_visit = VisitId{1};
  contrast.treatment = ArmId{0};
  for (const DfMethod df : small_sample_rules) {
    const Estimate estimate = analyse(trial, contrast, MmrmOptions{.df = df});
    EXPECT_NEAR(estimate.value, mean, 1e-12);
    EXPECT_NEAR(estimate.se, std::sqrt(squares / 11.0 / 12.0), 1e-12) << name_of(df);
    EXPECT_NEAR(estimate.df, 11.0, 1e-8) << name_of(df);
  }
}

TEST(Mmrm, OfCompleteDataIsAnAncovaOfEachVisit) {
  const RepeatedTrial trial(40, 3);
  for (const DfMethod df : small_sample_rules) {
    const MmrmOptions options{.adjust = baseline_by_visit(), .df = df};
    for (std::uint32_t visit = 1; visit <= 3; ++visit) {
      const Estimate over_visits = analyse(trial, contrast_at(visit), options);
      const Estimate at_visit = analyse(
          trial, contrast_at(visit), AncovaOptions{.adjust = {{Covariate::Kind::baseline, EndpointId{0}}}});
      EXPECT_NEAR(over_visits.value, at_visit.value, 1e-11);
      EXPECT_NEAR(over_visits.se, at_visit.se, 1e-11);
      EXPECT_NEAR(over_visits.df, at_visit.df, 1e-7);
      EXPECT_EQ(over_visits.status, FitStatus::ok);
    }
  }
}

TEST(Mmrm, DoesNotDependOnTheOrderOfParticipantsOrTheUnit) {
  RepeatedTrial trial(60, 4);
  trial.lose_some();
  const MmrmOptions options{.adjust = baseline_by_visit(), .df = DfMethod::kenward_roger};
  const Estimate estimate = analyse(trial, contrast_at(4), options);

  RepeatedTrial turned = trial;
  RepeatedTrial scaled = trial;
  for (std::size_t i = 0; i < 60; ++i) {
    turned.data.arm[i] = trial.data.arm[59 - i];
    for (std::size_t v = 0; v <= 4; ++v) {
      turned.value(i, v) = trial.value(59 - i, v);
      scaled.value(i, v) = 1e4 + 1e-3 * trial.value(i, v);
    }
  }
  const Estimate other_order = analyse(turned, contrast_at(4), options);
  EXPECT_NEAR(other_order.value, estimate.value, 1e-10);
  EXPECT_NEAR(other_order.se, estimate.se, 1e-10);
  const Estimate other_unit = analyse(scaled, contrast_at(4), options);
  EXPECT_NEAR(1e3 * other_unit.value, estimate.value, 1e-6);
  EXPECT_NEAR(1e3 * other_unit.se, estimate.se, 1e-6);
  EXPECT_NEAR(other_unit.df, estimate.df, 1e-4);
}

TEST(Mmrm, WhatNobodySawCostsNothing) {
  RepeatedTrial trial(60, 4, 3);
  trial.lose_some();
  RepeatedTrial fewer(60, 4, 3);
  fewer.lose_some();
  // A visit that nobody attended and an arm that nobody was seen in.
  TrialData wider;
  wider.resize(60, 2, 6);
  for (std::size_t i = 0; i < 60; ++i) {
    wider.arm[i] = static_cast<std::uint8_t>(2 * trial.data.arm[i]);
    wider.site[i] = trial.data.site[i];
    for (std::size_t e = 0; e < 2; ++e) {
      for (std::size_t v = 0; v < 6; ++v) {
        const std::size_t from = v < 2 ? v : v - 1;
        wider.values.at(id_at<EndpointId>(e), id_at<VisitId>(v))[i] =
            v == 2 ? unseen : trial.data.values.at(id_at<EndpointId>(e), id_at<VisitId>(from))[i];
      }
    }
  }
  Contrast contrast = contrast_at(5);
  contrast.treatment = ArmId{2};
  AnalysisWorkspace workspace;
  const MmrmOptions options{.adjust = baseline_by_visit()};
  const Estimate with = analyse(wider, contrast, usual_question(), options, workspace);
  const Estimate without = analyse(trial, contrast_at(4), options);
  EXPECT_EQ(with.value, without.value);
  EXPECT_EQ(with.se, without.se);
  EXPECT_EQ(with.df, without.df);
}

TEST(Mmrm, LeavesOutColumnsThatSayNothingNew) {
  RepeatedTrial trial(60, 3);
  MmrmOptions options{.adjust = baseline_by_visit()};
  const Estimate once = analyse(trial, contrast_at(3), options);
  options.adjust.push_back(options.adjust.front());
  const Estimate twice = analyse(trial, contrast_at(3), options);
  EXPECT_NEAR(twice.value, once.value, 1e-12);
  EXPECT_NEAR(twice.se, once.se, 1e-12);
  // A site of its own at one visit only: its contrast with the others is lost, that of the arms is not.
  for (std::size_t i = 0; i < 60; ++i) {
    if (trial.data.site[i] == 2) trial.drop(i, 3);
  }
  options.adjust.assign({{Covariate::Kind::site, {}, true}});
  EXPECT_EQ(analyse(trial, contrast_at(3), options).status, FitStatus::ok);
  Contrast mean = contrast_at(3);
  mean.of = Contrast::Of::mean;
  EXPECT_EQ(analyse(trial, mean, options).status, FitStatus::singular);
}

TEST(Mmrm, SaysWhatItCannotDo) {
  RepeatedTrial trial(20, 3);
  for (std::size_t i = 0; i < 20; ++i) {
    if (trial.data.arm[i] == 1) trial.drop(i, 3);
  }
  EXPECT_EQ(analyse(trial, contrast_at(3), MmrmOptions{}).status, FitStatus::singular);
  EXPECT_EQ(analyse(trial, contrast_at(2), MmrmOptions{}).status, FitStatus::ok);
  for (std::size_t i = 0; i < 20; ++i) trial.drop(i, 3);
  EXPECT_EQ(analyse(trial, contrast_at(3), MmrmOptions{}).status, FitStatus::too_few);
  for (std::size_t i = 2; i < 20; ++i) trial.drop(i, 1);
  EXPECT_EQ(analyse(trial, contrast_at(2), MmrmOptions{}).status, FitStatus::too_few);
  RepeatedTrial flat(20, 2);
  for (std::size_t i = 0; i < 20; ++i) flat.value(i, 1) = flat.value(i, 2) = 3.0;
  EXPECT_EQ(analyse(flat, contrast_at(2), MmrmOptions{}).status, FitStatus::singular);
  // As many visits as participants: their covariance cannot be had.
  RepeatedTrial tiny(6, 8);
  EXPECT_FALSE(analyse(tiny, contrast_at(8), MmrmOptions{}).usable());
  EXPECT_TRUE(analyse(tiny, contrast_at(8), MmrmOptions{.covariance = CovarianceStructure::compound_symmetry})
                  .usable());
}

TEST(Mmrm, ContrastsOfOneTrialShareItsFitAndOfAnotherDoNot) {
  RepeatedTrial trial(80, 4, 3);
  trial.lose_some();
  RepeatedTrial other(81, 4, 3);
  const MmrmOptions satterthwaite{.adjust = baseline_by_visit(), .df = DfMethod::satterthwaite};
  const MmrmOptions kenward_roger{.adjust = baseline_by_visit(), .df = DfMethod::kenward_roger};
  AnalysisWorkspace workspace;
  workspace.begin_trial();
  for (std::uint32_t visit = 1; visit <= 4; ++visit) {
    for (const MmrmOptions& options : {satterthwaite, kenward_roger}) {
      const Estimate shared = analyse(trial.data, contrast_at(visit), usual_question(), options, workspace);
      const Estimate alone = analyse(trial, contrast_at(visit), options);
      EXPECT_EQ(shared.value, alone.value);
      EXPECT_EQ(shared.se, alone.se);
      EXPECT_EQ(shared.df, alone.df);
    }
  }
  workspace.begin_trial();
  const Estimate next = analyse(other.data, contrast_at(4), usual_question(), satterthwaite, workspace);
  EXPECT_EQ(next.value, analyse(other, contrast_at(4), satterthwaite).value);
}

TEST(Mmrm, DescribesItsFitOnTheScaleOfTheData) {
  RepeatedTrial trial(60, 3);
  for (std::size_t i = 0; i < 60; ++i) trial.value(i, 0) = 1000.0 + 50.0 * trial.value(i, 0);
  FitDetails details;
  const MmrmOptions options{.adjust = baseline_by_visit()};
  const Estimate estimate = analyse(trial, contrast_at(3), options, &details);
  ASSERT_EQ(details.coefficients.size(), 9U);
  EXPECT_EQ(details.participants, 60U);
  EXPECT_EQ(details.observations, 180U);
  const Coefficient& arm = details.coefficients[7];
  EXPECT_EQ(arm.term.kind, Term::Kind::arm);
  EXPECT_EQ(arm.term.visit, VisitId{3});
  EXPECT_NEAR(arm.value, estimate.value, 1e-12);
  // The mean of an untreated participant with baseline 1000, from the coefficients and from least squares.
  double mean_y = 0.0;
  double mean_x = 0.0;
  for (std::size_t i = 0; i < 60; i += 2) {
    mean_y += trial.value(i, 3) / 30.0;
    mean_x += trial.value(i, 0) / 30.0;
  }
  EXPECT_NEAR(details.coefficients[6].value + details.coefficients[8].value * mean_x, mean_y, 1e-9);
  ASSERT_EQ(details.covariance.size(), 1U);
  EXPECT_EQ(details.covariance[0].order, 3U);
}

}  // namespace
}  // namespace equipoise
