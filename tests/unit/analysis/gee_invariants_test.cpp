#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"
#include "tests/unit/analysis/repeated_trial.hpp"
#include "tests/unit/analysis/values.hpp"

namespace equipoise {
namespace {

using Clusters = GeeOptions::Clusters;
using Correction = GeeOptions::Correction;
using Correlation = GeeOptions::Correlation;
using Link = GeeOptions::Link;

constexpr Correction corrections[] = {Correction::none, Correction::kauermann_carroll,
                                      Correction::mancl_derouen};

GeeOptions gee_options(Correlation correlation, Correction correction, Link link = Link::identity) {
  GeeOptions options;
  options.correlation = correlation;
  options.correction = correction;
  options.link = link;
  return options;
}

/// Of a mean of n independent values with this sum of squares about it: the residuals as they are, over the
/// root of what the mean leaves of them, over all of it.
double variance_of_mean(double squares, double n, Correction correction) {
  const double kept = 1.0 - 1.0 / n;
  const double by = correction == Correction::none                ? 1.0
                    : correction == Correction::kauermann_carroll ? kept
                                                                  : kept * kept;
  return squares / by / (n * n);
}

TEST(GeeInvariants, OfEveryCorrelationIsLeastSquaresWhereEverybodyWasSeen) {
  RepeatedTrial trial(41, 3);
  Values arms[2];
  for (std::size_t i = 0; i < 41; ++i) arms[trial.data.arm[i]].add(trial.value(i, 3));
  for (const auto& correlation : NamesOf<Correlation>::all) {
    for (const Correction correction : corrections) {
      const Estimate estimate = analyse(trial, contrast_at(3), gee_options(correlation.value, correction));
      EXPECT_EQ(estimate.status, FitStatus::ok);
      EXPECT_NEAR(estimate.value, arms[1].mean() - arms[0].mean(), 1e-11) << correlation.name;
      const double variance = variance_of_mean(arms[1].about_mean(), arms[1].count, correction) +
                              variance_of_mean(arms[0].about_mean(), arms[0].count, correction);
      EXPECT_NEAR(estimate.se, std::sqrt(variance), 1e-10) << correlation.name;
      EXPECT_EQ(estimate.df, 41.0 - 6.0);
    }
  }
}

TEST(GeeInvariants, OfOneVisitWithIndependenceIsLeastSquaresWithASandwich) {
  const RepeatedTrial trial(30, 1);
  GeeOptions options = gee_options(Correlation::independence, Correction::none);
  options.adjust = {{Covariate::Kind::baseline, EndpointId{0}}};
  const Estimate estimate = analyse(trial, contrast_at(1), options);
  const AncovaOptions ancova{.adjust = options.adjust};
  EXPECT_NEAR(estimate.value, analyse(trial, contrast_at(1), ancova).value, 1e-11);
  // The coefficient of the arm takes the residuals of the arm on (1, baseline): its sandwich by hand.
  const auto baseline = trial.data.values.at(EndpointId{0}, baseline_visit);
  const auto y = trial.data.values.at(EndpointId{0}, VisitId{1});
  Values x[2], z[2];
  for (std::size_t i = 0; i < 30; ++i) {
    x[trial.data.arm[i]].add(baseline[i]);
    z[trial.data.arm[i]].add(y[i]);
  }
  double xy = 0.0;
  for (std::size_t i = 0; i < 30; ++i) xy += (baseline[i] - x[trial.data.arm[i]].mean()) * y[i];
  const double within = x[0].about_mean() + x[1].about_mean();
  const double slope = xy / within;
  const double apart = x[1].mean() - x[0].mean();
  double variance = 0.0;
  for (std::size_t i = 0; i < 30; ++i) {
    const std::size_t arm = trial.data.arm[i];
    const double from = baseline[i] - x[arm].mean();
    const double residual = y[i] - z[arm].mean() - slope * from;
    const double weight = (arm == 1 ? 1.0 : -1.0) / 15.0 - apart * from / within;
    variance += weight * weight * residual * residual;
  }
  EXPECT_NEAR(estimate.se, std::sqrt(variance), 1e-12);
}

TEST(GeeInvariants, OfATableIsItsLogOddsRatioWithWoolfsError) {
  const MadeUpTrial table = MadeUpTrial::counts(12, 20, 6, 25);
  for (const Correlation correlation : {Correlation::independence, Correlation::exchangeable}) {
    const Estimate estimate = analyse(table, gee_options(correlation, Correction::none, Link::logit));
    EXPECT_NEAR(estimate.value, std::log(12.0 * 19.0 / (8.0 * 6.0)), 1e-12);
    EXPECT_NEAR(estimate.se, std::sqrt(1.0 / 12.0 + 1.0 / 8.0 + 1.0 / 6.0 + 1.0 / 19.0), 1e-12);
  }
}

/// Everybody in groups of one size: arm 0 in five, arm 1 in seven.
RepeatedTrial grouped_trial(std::size_t size) {
  RepeatedTrial trial(12 * size, 1);
  for (std::size_t i = 0; i < 12 * size; ++i) {
    const std::size_t group = i / size;
    trial.data.group[i] = static_cast<std::int32_t>(group);
    trial.data.arm[i] = group < 5 ? 0 : 1;
    trial.value(i, 1) += std::fmod(static_cast<double>(group + 1) * 2.618, 3.0);
  }
  return trial;
}

TEST(GeeInvariants, OfGroupsOfOneSizeIsATestOfTheirMeans) {
  constexpr std::size_t size = 6;
  RepeatedTrial trial = grouped_trial(size);
  Values means[2];
  for (std::size_t group = 0; group < 12; ++group) {
    double sum = 0.0;
    for (std::size_t member = 0; member < size; ++member) sum += trial.value(group * size + member, 1);
    means[group < 5 ? 0 : 1].add(sum / static_cast<double>(size));
  }
  for (const Correlation correlation : {Correlation::independence, Correlation::exchangeable}) {
    for (const Correction correction : corrections) {
      GeeOptions options = gee_options(correlation, correction);
      options.clusters = Clusters::therapy_groups;
      const Estimate estimate = analyse(trial, contrast_at(1), options);
      EXPECT_NEAR(estimate.value, means[1].mean() - means[0].mean(), 1e-12);
      const double variance = variance_of_mean(means[1].about_mean(), 7.0, correction) +
                              variance_of_mean(means[0].about_mean(), 5.0, correction);
      EXPECT_NEAR(estimate.se, std::sqrt(variance), 1e-11);
      EXPECT_EQ(estimate.df, 10.0);
    }
  }
}

TEST(GeeInvariants, CorrectionsWidenInTheirOrder) {
  RepeatedTrial trial(24, 4);
  trial.lose_some();
  for (const auto& correlation : NamesOf<Correlation>::all) {
    double before = 0.0;
    for (const Correction correction : corrections) {
      GeeOptions options = gee_options(correlation.value, correction);
      options.adjust = baseline_by_visit();
      const double se = analyse(trial, contrast_at(4), options).se;
      EXPECT_GT(se, before);
      before = se;
    }
    GeeOptions options = gee_options(correlation.value, Correction::fay_graubard);
    options.adjust = baseline_by_visit();
    GeeOptions none = options;
    none.correction = Correction::none;
    EXPECT_GT(analyse(trial, contrast_at(4), options).se, analyse(trial, contrast_at(4), none).se);
  }
}

TEST(GeeInvariants, DoesNotDependOnOrderNamesOrUnit) {
  RepeatedTrial trial(60, 3);
  trial.lose_some();
  for (const auto& correlation : NamesOf<Correlation>::all) {
    GeeOptions options = gee_options(correlation.value, Correction::mancl_derouen);
    options.adjust = {{Covariate::Kind::baseline, EndpointId{0}}, {Covariate::Kind::site, {}}};
    const Estimate estimate = analyse(trial, contrast_at(3), options);
    RepeatedTrial turned = trial;
    for (std::size_t i = 0; i < 60; ++i) {
      turned.data.arm[i] = trial.data.arm[59 - i];
      turned.data.site[i] = static_cast<std::uint16_t>(2 - trial.data.site[59 - i]);
      for (std::size_t v = 0; v <= 3; ++v) turned.value(i, v) = 100.0 + 7.0 * trial.value(59 - i, v);
    }
    const Estimate other = analyse(turned, contrast_at(3), options);
    EXPECT_NEAR(other.value, 7.0 * estimate.value, 1e-9);
    EXPECT_NEAR(other.se, 7.0 * estimate.se, 1e-9);
    EXPECT_NEAR(other.p, estimate.p, 1e-9);
  }
  RepeatedTrial groups = grouped_trial(4);
  GeeOptions options;
  options.clusters = Clusters::therapy_groups;
  const Estimate estimate = analyse(groups, contrast_at(1), options);
  for (std::int32_t& group : groups.data.group) group = 40 - 3 * group;
  EXPECT_NEAR(analyse(groups, contrast_at(1), options).se, estimate.se, 1e-12);
}

TEST(GeeInvariants, SaysWhatItCannotDo) {
  const GeeOptions logit = gee_options(Correlation::exchangeable, Correction::mancl_derouen, Link::logit);
  EXPECT_EQ(analyse(MadeUpTrial::counts(10, 10, 4, 10), logit).status, FitStatus::separated);
  EXPECT_EQ(analyse(MadeUpTrial::counts(10, 10, 10, 10), logit).status, FitStatus::separated);
  EXPECT_EQ(analyse(MadeUpTrial::counts(1, 2, 1, 1), logit).status, FitStatus::too_few);
  RepeatedTrial trial(20, 3);
  EXPECT_EQ(analyse(RepeatedTrial(6, 3), contrast_at(3), GeeOptions{}).status, FitStatus::too_few);
  for (std::size_t i = 1; i < 20; i += 2) trial.drop(i, 3);
  EXPECT_EQ(analyse(trial, contrast_at(3), GeeOptions{}).status, FitStatus::singular);
  EXPECT_EQ(analyse(trial, contrast_at(2), GeeOptions{}).status, FitStatus::ok);
}

}  // namespace
}  // namespace equipoise
