#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"

namespace equipoise {
namespace {

using Person = MadeUpTrial::Person;

/// The other endpoint's baseline says who is at the second of two levels, which the site says as well.
std::vector<Person> at_two_levels(std::size_t count) {
  std::vector<Person> people;
  for (std::size_t i = 0; i < count; ++i) {
    const bool second = i % 5 < 2;
    people.push_back(
        {.arm = static_cast<std::uint8_t>(i % 2),
         .value = std::fmod(static_cast<double>(i) * 0.618033988749895, 1.0) + (second ? 0.4 : 0.0),
         .site = static_cast<std::uint16_t>(second),
         .other_baseline = second ? 1.0 : 0.0});
  }
  return people;
}

const std::vector<Covariate> by_level{{Covariate::Kind::baseline, EndpointId{1}, false, 1}};
const std::vector<Covariate> by_site{{Covariate::Kind::site, EndpointId{0}}};

/// The models with a covariate and one visit, adjusted for these.
std::vector<AnalysisOptions> adjusted_for(const std::vector<Covariate>& adjust) {
  MixedOptions mixed;
  mixed.adjust = adjust;
  mixed.residual_by_arm = false;
  mixed.df = DfMethod::residual;
  MmrmOptions mmrm;
  mmrm.adjust = adjust;
  mmrm.df = DfMethod::residual;
  GeeOptions gee;
  gee.adjust = adjust;
  return {AncovaOptions{.adjust = adjust}, mixed, mmrm, gee};
}

TEST(FactorLevels, AreWhatSitesAre) {
  const MadeUpTrial trial(at_two_levels(60));
  const auto levels = adjusted_for(by_level);
  const auto sites = adjusted_for(by_site);
  for (std::size_t k = 0; k < levels.size(); ++k) {
    SCOPED_TRACE(std::string(method_name(levels[k])));
    const Estimate of_levels = analyse(trial, levels[k]);
    const Estimate of_sites = analyse(trial, sites[k]);
    ASSERT_TRUE(of_levels.usable());
    EXPECT_NEAR(of_levels.value, of_sites.value, 1e-12);
    EXPECT_NEAR(of_levels.se, of_sites.se, 1e-12);
    EXPECT_EQ(of_levels.df, of_sites.df);
  }
}

TEST(FactorLevels, ThatNobodyOrEverybodyIsAtHaveNoColumn) {
  for (const double level : {0.0, 1.0}) {
    std::vector<Person> people = at_two_levels(60);
    for (Person& person : people) person.other_baseline = level;
    const MadeUpTrial trial(people);
    const auto levels = adjusted_for(by_level);
    const auto without = adjusted_for({});
    for (std::size_t k = 0; k < levels.size(); ++k) {
      SCOPED_TRACE(std::string(method_name(levels[k])));
      const Estimate of_levels = analyse(trial, levels[k]);
      const Estimate plain = analyse(trial, without[k]);
      ASSERT_TRUE(of_levels.usable());
      EXPECT_NEAR(of_levels.value, plain.value, 1e-10);
      EXPECT_NEAR(of_levels.se, plain.se, 1e-10);
      EXPECT_EQ(of_levels.df, plain.df);
    }
    // A number that is the same for all is another matter: a mistake.
    const AncovaOptions number{.adjust = {{Covariate::Kind::baseline, EndpointId{1}}}};
    EXPECT_EQ(analyse(trial, number).status, FitStatus::singular);
  }
}

TEST(FactorLevels, CountAlikeInAMean) {
  const MadeUpTrial trial(at_two_levels(60));
  MmrmOptions options;
  options.df = DfMethod::residual;
  options.adjust = by_level;
  Contrast mean = first_contrast();
  mean.of = Contrast::Of::mean;
  AnalysisWorkspace workspace;
  const Estimate of_levels = analyse(trial.data, mean, two_sided(), options, workspace);
  options.adjust = by_site;
  const Estimate of_sites = analyse(trial.data, mean, two_sided(), options, workspace);
  EXPECT_NEAR(of_levels.value, of_sites.value, 1e-12);
  EXPECT_NEAR(of_levels.se, of_sites.se, 1e-12);
  // As a number the level stands at its mean, two in five.
  options.adjust[0] = {Covariate::Kind::baseline, EndpointId{1}};
  const Estimate of_number = analyse(trial.data, mean, two_sided(), options, workspace);
  EXPECT_GT(std::abs(of_number.value - of_levels.value), 0.01);
}

TEST(NoSpread, IsSingularWhateverTheDifference) {
  for (const double difference : {0.0, 2.0}) {
    std::vector<Person> people;
    for (int i = 0; i < 20; ++i) {
      const double value = i % 4 < 2 ? 0.1 + 0.2 : 0.3;  // the same, but for rounding
      people.push_back({.arm = static_cast<std::uint8_t>(i % 2), .value = value + difference * (i % 2)});
    }
    for (const AnalysisOptions& options : adjusted_for({})) {
      const Estimate estimate = analyse(MadeUpTrial(people), options);
      EXPECT_FALSE(estimate.usable()) << method_name(options);
      EXPECT_TRUE(std::isnan(estimate.p)) << method_name(options);
    }
  }
}

}  // namespace
}  // namespace equipoise
