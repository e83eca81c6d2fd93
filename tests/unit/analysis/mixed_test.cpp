#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/repeated_trial.hpp"
#include "tests/unit/analysis/values.hpp"

namespace equipoise {
namespace {

constexpr DfMethod small_sample_rules[] = {DfMethod::satterthwaite, DfMethod::kenward_roger,
                                           DfMethod::kenward_roger_linear};

MixedOptions groups_with(DfMethod df, bool residual_by_arm = false) {
  MixedOptions options;
  options.df = df;
  options.residual_by_arm = residual_by_arm;
  return options;
}

// Newton's method stops where the next step would be of less than 1e-9 standard errors of a variance.
constexpr double rounding = 1e-9;

TEST(TherapyGroups, ThatNobodyMeetsInAreLeastSquares) {
  const RepeatedTrial trial(37, 1, 3);
  const std::vector<Covariate> adjust{{Covariate::Kind::baseline, EndpointId{0}},
                                      {Covariate::Kind::site, {}}};
  const Estimate ancova =
      analyse(trial, contrast_at(1), AncovaOptions{.adjust = adjust, .arms = ModelArms::all});
  for (const DfMethod df : small_sample_rules) {
    MixedOptions options = groups_with(df);
    options.adjust = adjust;
    const Estimate mixed = analyse(trial, contrast_at(1), options);
    EXPECT_EQ(mixed.status, FitStatus::ok);
    EXPECT_NEAR(mixed.value, ancova.value, 1e-12);
    EXPECT_NEAR(mixed.se, ancova.se, rounding);
    EXPECT_NEAR(mixed.df, ancova.df, 1e-7);
  }
  // Maximum likelihood divides by all.
  MixedOptions ml = groups_with(DfMethod::residual);
  ml.adjust = adjust;
  ml.likelihood = Likelihood::ml;
  EXPECT_NEAR(analyse(trial, contrast_at(1), ml).se, ancova.se * std::sqrt(ancova.df / 37.0), rounding);
}

TEST(TherapyGroups, ThatNobodyMeetsInWithAVarianceOfEachArmAreWelch) {
  const RepeatedTrial trial(23, 1);
  const Estimate welch =
      analyse(trial, contrast_at(1), MeanDifferenceOptions{MeanDifferenceOptions::Variance::welch});
  for (const DfMethod df : small_sample_rules) {
    const Estimate mixed = analyse(trial, contrast_at(1), groups_with(df, true));
    EXPECT_NEAR(mixed.value, welch.value, 1e-12);
    EXPECT_NEAR(mixed.se, welch.se, rounding);
    EXPECT_NEAR(mixed.df, welch.df, 1e-7);
  }
}

/// Twelve groups of one size, six an arm, that share `shared` of something.
RepeatedTrial grouped_trial(std::size_t size, double shared) {
  RepeatedTrial trial(12 * size, 1);
  for (std::size_t i = 0; i < 12 * size; ++i) {
    const std::size_t group = i / size;
    trial.data.group[i] = static_cast<std::int32_t>(group);
    trial.data.arm[i] = static_cast<std::uint8_t>(group % 2);
    trial.value(i, 1) += shared * std::fmod(static_cast<double>(group + 1) * 2.618, 3.0);
  }
  return trial;
}

TEST(TherapyGroups, OfOneSizeAreATTestOfTheirMeans) {
  constexpr std::size_t size = 5;
  RepeatedTrial trial = grouped_trial(size, 1.0);
  Values means[2];
  for (std::size_t group = 0; group < 12; ++group) {
    double sum = 0.0;
    for (std::size_t member = 0; member < size; ++member) sum += trial.value(group * size + member, 1);
    means[group % 2].add(sum / static_cast<double>(size));
  }
  const double squares = means[0].about_mean() + means[1].about_mean();
  for (const DfMethod df : small_sample_rules) {
    for (const auto& information : NamesOf<Information>::all) {
      MixedOptions options = groups_with(df);
      options.information = information.value;
      const Estimate mixed = analyse(trial, contrast_at(1), options);
      EXPECT_EQ(mixed.status, FitStatus::ok);
      EXPECT_NEAR(mixed.value, means[1].mean() - means[0].mean(), rounding);
      EXPECT_NEAR(mixed.se, std::sqrt(squares / 10.0 * 2.0 / 6.0), rounding);
      EXPECT_NEAR(mixed.df, 10.0, 1e-6);
    }
  }
  EXPECT_EQ(analyse(trial, contrast_at(1), groups_with(DfMethod::between_within)).df, 10.0);
  EXPECT_EQ(analyse(trial, contrast_at(1), groups_with(DfMethod::residual)).df, 58.0);
}

TEST(TherapyGroups, ThatShareNothingStandOnTheBoundaryAsLeastSquares) {
  constexpr std::size_t size = 5;
  RepeatedTrial trial = grouped_trial(size, 0.0);
  // Groups that are more alike than chance has them.
  for (std::size_t group = 0; group < 12; ++group) {
    double sum = 0.0;
    for (std::size_t member = 0; member < size; ++member) sum += trial.value(group * size + member, 1);
    for (std::size_t member = 0; member < size; ++member) {
      trial.value(group * size + member, 1) -= 0.9 * sum / static_cast<double>(size);
    }
  }
  const Estimate mixed = analyse(trial, contrast_at(1), groups_with(DfMethod::satterthwaite));
  const Estimate pooled =
      analyse(trial, contrast_at(1), MeanDifferenceOptions{MeanDifferenceOptions::Variance::pooled});
  EXPECT_EQ(mixed.status, FitStatus::boundary);
  EXPECT_NEAR(mixed.value, pooled.value, 1e-12);
  EXPECT_NEAR(mixed.se, pooled.se, rounding);
  // That groups do not matter is estimated, not known.
  EXPECT_LT(mixed.df, pooled.df);
}

TEST(TherapyGroups, DoNotDependOnOrderNamesOrUnit) {
  RepeatedTrial trial = grouped_trial(4, 1.0);
  for (std::size_t i = 0; i < 48; i += 7) trial.value(i, 1) = unseen;
  for (std::size_t i = 0; i < 12; ++i) trial.data.group[i] = -1;
  MixedOptions options;
  options.adjust = {{Covariate::Kind::baseline, EndpointId{0}}};
  const Estimate estimate = analyse(trial, contrast_at(1), options);
  ASSERT_TRUE(estimate.usable());
  RepeatedTrial turned = trial;
  for (std::size_t i = 0; i < 48; ++i) {
    const std::size_t from = 47 - i;
    turned.data.arm[i] = trial.data.arm[from];
    turned.data.group[i] = trial.data.group[from] < 0 ? -1 : 30 - 2 * trial.data.group[from];
    for (std::size_t v = 0; v <= 1; ++v) turned.value(i, v) = 100.0 + 7.0 * trial.value(from, v);
  }
  const Estimate other = analyse(turned, contrast_at(1), options);
  EXPECT_EQ(other.status, estimate.status);
  EXPECT_NEAR(other.value, 7.0 * estimate.value, 1e-9);
  EXPECT_NEAR(other.se, 7.0 * estimate.se, 1e-9);
  EXPECT_NEAR(other.df, estimate.df, 1e-6);
}

TEST(TherapyGroups, SayWhatTheyCannotDo) {
  RepeatedTrial trial = grouped_trial(4, 1.0);
  MixedOptions options;
  options.adjust.assign(2, {Covariate::Kind::baseline, EndpointId{0}});
  EXPECT_EQ(analyse(trial, contrast_at(1), options).status, FitStatus::singular);
  RepeatedTrial flat = trial;
  for (std::size_t i = 0; i < 48; ++i) flat.value(i, 1) = 3.0;
  EXPECT_EQ(analyse(flat, contrast_at(1), MixedOptions{}).status, FitStatus::singular);
  for (std::size_t i = 8; i < 48; ++i) trial.value(i, 1) = unseen;
  for (std::size_t i = 5; i < 8; ++i) trial.value(i, 1) = unseen;
  EXPECT_EQ(analyse(trial, contrast_at(1), MixedOptions{}).status, FitStatus::too_few);
}

const std::vector<double> months{0.0, 1.0, 2.0, 4.0, 7.0};

MixedOptions slopes_with(DfMethod df) {
  MixedOptions options;
  options.random = MixedOptions::Random::intercept_slope;
  options.df = df;
  options.months = months;
  return options;
}

/// Where everybody was seen, a person's own line says all: at a month the arms' lines differ by a t test of
/// what the lines of their people say then.
TEST(InterceptSlope, OfCompleteDataIsATTestOfEverybodysOwnLine) {
  RepeatedTrial trial(26, 4);
  for (std::size_t i = 0; i < 26; ++i) {
    const double slope = std::fmod(static_cast<double>(i + 1) * 1.618, 1.0);
    for (std::size_t v = 1; v <= 4; ++v) trial.value(i, v) += slope * months[v];
  }
  for (std::uint32_t visit = 1; visit <= 4; ++visit) {
    Values lines[2];
    for (std::size_t i = 0; i < 26; ++i) {
      double y = 0.0, xy = 0.0;
      for (std::size_t v = 1; v <= 4; ++v) {
        y += trial.value(i, v) / 4.0;
        xy += trial.value(i, v) * (months[v] - 3.5);
      }
      lines[trial.data.arm[i]].add(y + xy / 21.0 * (months[visit] - 3.5));  // sum of (month - 3.5)^2: 21
    }
    const double squares = lines[0].about_mean() + lines[1].about_mean();
    for (const DfMethod df : {DfMethod::satterthwaite, DfMethod::kenward_roger}) {
      const Estimate mixed = analyse(trial, contrast_at(visit), slopes_with(df));
      ASSERT_EQ(mixed.status, FitStatus::ok);
      EXPECT_NEAR(mixed.value, lines[1].mean() - lines[0].mean(), rounding);
      EXPECT_NEAR(mixed.se, std::sqrt(squares / 24.0 * 2.0 / 13.0), 1e-9);
      EXPECT_NEAR(mixed.df, 24.0, 1e-5);
    }
  }
}

TEST(InterceptSlope, DoesNotDependOnOrderUnitsOrTheOriginOfTime) {
  RepeatedTrial trial(50, 4);
  trial.lose_some();
  MixedOptions options = slopes_with(DfMethod::kenward_roger);
  options.adjust = {{Covariate::Kind::baseline, EndpointId{0}}};
  const Estimate estimate = analyse(trial, contrast_at(4), options);
  ASSERT_TRUE(estimate.usable());
  RepeatedTrial turned = trial;
  for (std::size_t i = 0; i < 50; ++i) {
    turned.data.arm[i] = trial.data.arm[49 - i];
    for (std::size_t v = 0; v <= 4; ++v) turned.value(i, v) = 100.0 + 7.0 * trial.value(49 - i, v);
  }
  for (double& month : options.months) month = 30.0 * month + 11.0;
  const Estimate other = analyse(turned, contrast_at(4), options);
  EXPECT_EQ(other.status, estimate.status);
  EXPECT_NEAR(other.value, 7.0 * estimate.value, 1e-7);
  EXPECT_NEAR(other.se, 7.0 * estimate.se, 1e-7);
  EXPECT_NEAR(other.df, estimate.df, 1e-4);
}

TEST(InterceptSlope, WithoutDifferencesBetweenPeopleIsLeastSquares) {
  RepeatedTrial trial(30, 4);
  // Everybody's own line is taken away: less is left between people than chance would put there.
  for (std::size_t i = 0; i < 30; ++i) {
    double y = 0.0, xy = 0.0;
    for (std::size_t v = 1; v <= 4; ++v) {
      y += trial.value(i, v) / 4.0;
      xy += trial.value(i, v) * (months[v] - 3.5) / 21.0;
    }
    for (std::size_t v = 1; v <= 4; ++v) trial.value(i, v) -= 0.9 * (y + xy * (months[v] - 3.5));
  }
  // Nothing is known less well for a covariance that is not there: no rule widens or narrows.
  const Estimate counted = analyse(trial, contrast_at(4), slopes_with(DfMethod::residual));
  for (const DfMethod df : small_sample_rules) {
    const Estimate mixed = analyse(trial, contrast_at(4), slopes_with(df));
    EXPECT_EQ(mixed.status, FitStatus::boundary);
    EXPECT_NEAR(mixed.se, counted.se, rounding) << name_of(df);
    EXPECT_NEAR(mixed.df, 120.0 - 4.0, 1e-6) << name_of(df);
  }
}

TEST(InterceptSlope, NeedsTwoVisits) {
  RepeatedTrial trial(30, 4);
  for (std::size_t i = 0; i < 30; ++i) trial.drop(i, 2);
  EXPECT_EQ(analyse(trial, contrast_at(1), slopes_with(DfMethod::satterthwaite)).status, FitStatus::too_few);
}

}  // namespace
}  // namespace equipoise
