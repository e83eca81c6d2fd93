#include "engine/analysis/analyse.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"

namespace equipoise {
namespace {

using Person = MadeUpTrial::Person;

const MeanDifferenceOptions pooled{MeanDifferenceOptions::Variance::pooled};
const MeanDifferenceOptions welch{MeanDifferenceOptions::Variance::welch};

std::vector<AnalysisOptions> every_method() {
  return {pooled, welch, AncovaOptions{}, adjusted_for_baseline(), adjusted_for_site(), ProportionsOptions{}};
}

/// Numbers without a pattern and without a random generator: the fractional parts of multiples of the golden
/// ratio.
double scattered(std::size_t i) {
  const double multiple = static_cast<double>(i + 1) * 0.61803398874989485;
  return multiple - std::floor(multiple);
}

MadeUpTrial scattered_trial(std::size_t people) {
  std::vector<Person> all;
  for (std::size_t i = 0; i < people; ++i) {
    all.push_back({.arm = static_cast<std::uint8_t>(i % 2),
                   .value = scattered(7 * i),
                   .baseline = scattered(3 * i + 5),
                   .site = static_cast<std::uint16_t>((i / 2) % 4)});
  }
  return MadeUpTrial(all);
}

TEST(Analyse, NamesItsMethods) {
  EXPECT_EQ(method_name(welch), "mean_difference");
  EXPECT_EQ(method_name(AncovaOptions{}), "ancova");
  EXPECT_EQ(method_name(ProportionsOptions{}), "proportions");
}

TEST(Analyse, TakesTheContrastOfAHypothesis) {
  const Hypothesis hypothesis{.name = "",
                              .endpoint = EndpointId{1},
                              .visit = VisitId{2},
                              .treatment = ArmId{3},
                              .comparator = ArmId{0},
                              .transform = {Transform::Kind::responder, 0.3}};
  const Contrast contrast = contrast_of(hypothesis, Direction::higher_better);
  EXPECT_EQ(contrast.endpoint, EndpointId{1});
  EXPECT_EQ(contrast.visit, VisitId{2});
  EXPECT_EQ(contrast.treatment, ArmId{3});
  EXPECT_EQ(contrast.comparator, ArmId{0});
  EXPECT_EQ(contrast.transform, hypothesis.transform);
  EXPECT_EQ(contrast.better, Direction::higher_better);
}

TEST(Analyse, NobodyIsTooFew) {
  for (const AnalysisOptions& options : every_method()) {
    const Estimate estimate = analyse(MadeUpTrial({}), options);
    EXPECT_EQ(estimate.status, FitStatus::too_few);
    EXPECT_FALSE(estimate.usable());
    EXPECT_TRUE(std::isnan(estimate.p));
  }
}

TEST(Analyse, OneInAnArmIsTooFew) {
  const MadeUpTrial trial({{1, 1.0}, {0, 0.0}, {0, 1.0}, {0, 0.0}, {1, unseen}});
  for (const AnalysisOptions& options : every_method()) {
    EXPECT_EQ(analyse(trial, options).status, FitStatus::too_few);
  }
}

TEST(Analyse, UnseenParticipantsChangeNothing) {
  const MadeUpTrial with(
      {{1, 3.0, 1.0}, {0, 1.0, 2.0}, {0, unseen, 1.0}, {1, 5.0, 4.0}, {0, 2.0, 7.0}, {1, unseen, 0.0}});
  const MadeUpTrial without({{1, 3.0, 1.0}, {0, 1.0, 2.0}, {1, 5.0, 4.0}, {0, 2.0, 7.0}});
  for (const AnalysisOptions& options : {AnalysisOptions(pooled), AnalysisOptions(adjusted_for_baseline())}) {
    EXPECT_EQ(analyse(with, options).value, analyse(without, options).value);
    EXPECT_EQ(analyse(with, options).p, analyse(without, options).p);
  }
}

TEST(Analyse, ABaselineIsNeededOnlyWhereItIsUsed) {
  const MadeUpTrial trial({{1, 3.0, 1.0}, {1, 4.0, unseen}, {1, 5.0, 4.0}, {0, 1.0, 2.0}, {0, 2.0, 7.0}});
  AnalysisWorkspace workspace;
  const auto df = [&](Transform transform) {
    return analyse(trial.data, first_contrast(transform), two_sided(), pooled, workspace).df;
  };
  EXPECT_EQ(df({}), 3.0);
  EXPECT_EQ(df({Transform::Kind::log1p}), 3.0);
  EXPECT_EQ(df({Transform::Kind::change}), 2.0);
  EXPECT_EQ(df({Transform::Kind::responder, 0.3}), 2.0);
}

TEST(Analyse, OtherArmsStayOutUnlessTheyAreAskedIn) {
  const MadeUpTrial trial({{1, 3.0}, {0, 1.0}, {2, 90.0}, {1, 5.0}, {0, 2.0}, {2, 40.0}, {4, 7.0}});
  EXPECT_EQ(analyse(trial, pooled).df, 2.0);
  EXPECT_EQ(analyse(trial, AncovaOptions{}).df, 2.0);
  // Seven people, four arms with somebody in them: arm 3 has nobody and costs nothing.
  const Estimate all = analyse(trial, AncovaOptions{.adjust = {}, .arms = ModelArms::all});
  EXPECT_EQ(all.status, FitStatus::ok);
  EXPECT_EQ(all.df, 3.0);
  EXPECT_NEAR(all.value, 2.5, 1e-12);  // rounding beside values of 90
}

TEST(Analyse, AncovaWithoutCovariatesIsThePooledTest) {
  const MadeUpTrial trial = scattered_trial(37);
  const Estimate ancova = analyse(trial, AncovaOptions{});
  const Estimate t = analyse(trial, pooled);
  EXPECT_NEAR(ancova.value, t.value, 1e-14);  // rounding of sums of 37 numbers below 1
  EXPECT_NEAR(ancova.se, t.se, 1e-14);
  EXPECT_EQ(ancova.df, t.df);
}

TEST(Analyse, SwappedArmsMirrorTheAnswer) {
  const MadeUpTrial trial = scattered_trial(50);
  AnalysisWorkspace workspace;
  Contrast swapped = first_contrast();
  std::swap(swapped.treatment, swapped.comparator);
  for (const AnalysisOptions& options : {AnalysisOptions(welch), AnalysisOptions(adjusted_for_baseline())}) {
    const Estimate one = analyse(trial.data, first_contrast(), two_sided(), options, workspace);
    const Estimate other = analyse(trial.data, swapped, two_sided(), options, workspace);
    EXPECT_NEAR(one.value, -other.value, 1e-14);
    EXPECT_NEAR(one.lower, -other.upper, 1e-13);
    EXPECT_NEAR(one.p, other.p, 1e-12);
  }
}

TEST(Analyse, GivesTheSameBitsInAnyWorkspace) {
  const MadeUpTrial small = scattered_trial(19);
  const MadeUpTrial large = scattered_trial(400);
  AnalysisWorkspace used;
  for (const AnalysisOptions& options : every_method()) {
    if (std::holds_alternative<ProportionsOptions>(options)) continue;
    const Estimate fresh = analyse(small, options);
    (void)analyse(large.data, first_contrast(), two_sided(), adjusted_for_baseline(), used);
    const Estimate again = analyse(small.data, first_contrast(), two_sided(), options, used);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(fresh.value), std::bit_cast<std::uint64_t>(again.value));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(fresh.p), std::bit_cast<std::uint64_t>(again.p));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(fresh.upper), std::bit_cast<std::uint64_t>(again.upper));
  }
}

TEST(Analyse, ValuesWithoutSpreadAreSingular) {
  const MadeUpTrial constant({{1, 0.1}, {1, 0.1}, {1, 0.1}, {0, 0.1}, {0, 0.1}, {0, 0.1}});
  const MadeUpTrial apart({{1, 0.7}, {1, 0.7}, {1, 0.7}, {0, 0.1}, {0, 0.1}, {0, 0.1}});
  for (const AnalysisOptions& options :
       {AnalysisOptions(pooled), AnalysisOptions(welch), AnalysisOptions(AncovaOptions{})}) {
    EXPECT_EQ(analyse(constant, options).status, FitStatus::singular);
    EXPECT_EQ(analyse(apart, options).status, FitStatus::singular);
  }
}

TEST(Analyse, OneConstantArmStillHasAWelchTest) {
  const Estimate estimate = analyse(MadeUpTrial({{1, 1.0}, {1, 2.0}, {1, 3.0}, {0, 5.0}, {0, 5.0}}), welch);
  EXPECT_EQ(estimate.status, FitStatus::ok);
  EXPECT_DOUBLE_EQ(estimate.df, 2.0);
}

TEST(Analyse, ACovariateThatSaysNothingOfItsOwnIsSingular) {
  MadeUpTrial trial = scattered_trial(40);
  AncovaOptions twice = adjusted_for_baseline();
  twice.adjust.push_back(twice.adjust.front());
  EXPECT_EQ(analyse(trial, twice).status, FitStatus::singular);
  const auto baseline = trial.data.values.at(EndpointId{0}, baseline_visit);
  std::fill(baseline.begin(), baseline.end(), 0.1);
  EXPECT_EQ(analyse(trial, adjusted_for_baseline()).status, FitStatus::singular);
}

TEST(Analyse, AnOutcomeThatIsItsCovariateIsSingular) {
  MadeUpTrial trial = scattered_trial(40);
  const auto baseline = trial.data.values.at(EndpointId{0}, baseline_visit);
  const auto value = trial.data.values.at(EndpointId{0}, VisitId{1});
  for (std::size_t i = 0; i < 40; ++i) value[i] = 3.0 + 2.0 * baseline[i];
  EXPECT_EQ(analyse(trial, adjusted_for_baseline()).status, FitStatus::singular);
}

TEST(Analyse, ModelsLargerThanTheTrialAreTooFew) {
  const MadeUpTrial trial({{1, 1.0, 2.0}, {0, 2.0, 1.0}, {1, 4.0, 3.0}, {0, 3.0, 9.0}});
  EXPECT_EQ(analyse(trial, adjusted_for_baseline()).df, 1.0);
  AncovaOptions more = adjusted_for_baseline();
  more.adjust.push_back({Covariate::Kind::baseline, EndpointId{1}});
  EXPECT_EQ(analyse(trial, more).status, FitStatus::too_few);
}

TEST(Analyse, SitesWithoutAnybodyCostNothing) {
  std::vector<Person> people{{1, 1.0, 0, 9}, {0, 2.5, 0, 9}, {1, 4.0, 0, 2},
                             {0, 3.0, 0, 2}, {1, 3.5, 0, 9}, {0, unseen, 0, 5}};
  const Estimate estimate = analyse(MadeUpTrial(people), adjusted_for_site());
  EXPECT_EQ(estimate.status, FitStatus::ok);
  EXPECT_EQ(estimate.df, 2.0);  // five people, two sites, one treatment
}

TEST(Analyse, ASiteWithOneArmAddsOnlyItsSpread) {
  const std::vector<Person> both{{1, 1.0}, {0, 2.5}, {1, 4.0}, {0, 3.0}};
  std::vector<Person> more = both;
  more.push_back({.arm = 1, .value = 70.0, .site = 1});
  more.push_back({.arm = 1, .value = 72.0, .site = 1});
  const Estimate estimate = analyse(MadeUpTrial(more), adjusted_for_site());
  EXPECT_EQ(estimate.status, FitStatus::ok);
  EXPECT_DOUBLE_EQ(estimate.value, analyse(MadeUpTrial(both), adjusted_for_site()).value);
  EXPECT_EQ(estimate.df, 3.0);
}

TEST(Analyse, ArmsThatShareNoSiteCannotBeToldFromSites) {
  const MadeUpTrial trial(
      {{1, 1.0, 0, 0}, {1, 2.0, 0, 0}, {1, 4.0, 0, 0}, {0, 3.0, 0, 1}, {0, 1.5, 0, 1}, {0, 2.5, 0, 1}});
  EXPECT_EQ(analyse(trial, adjusted_for_site()).status, FitStatus::singular);
}

TEST(Analyse, TheLogOfADoseIsComparedAtEqualLogOfItsBaseline) {
  MadeUpTrial trial = scattered_trial(40);
  AnalysisWorkspace workspace;
  const Estimate transformed_by_us = analyse(trial.data, first_contrast({Transform::Kind::log1p}),
                                             two_sided(), adjusted_for_baseline(), workspace);
  for (const VisitId visit : {baseline_visit, VisitId{1}}) {
    for (double& value : trial.data.values.at(EndpointId{0}, visit)) value = std::log1p(value);
  }
  EXPECT_EQ(transformed_by_us.value, analyse(trial, adjusted_for_baseline()).value);
}

}  // namespace
}  // namespace equipoise
