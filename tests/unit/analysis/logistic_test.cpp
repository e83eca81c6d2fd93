#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"

namespace equipoise {
namespace {

using Person = MadeUpTrial::Person;
using Measure = LogisticOptions::Measure;
using Se = LogisticOptions::Se;

// 12 of 20 treated and 6 of 25 others say yes.
const MadeUpTrial table = MadeUpTrial::counts(12, 20, 6, 25);

LogisticOptions likelihood_ratio(Measure measure) {
  return {.measure = measure, .test = LogisticOptions::Test::likelihood_ratio};
}

std::vector<Person> people_with_covariates(std::size_t count) {
  std::vector<Person> people;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = std::fmod(static_cast<double>(i) * 0.61803398874989485, 1.0);
    const bool yes = std::fmod(static_cast<double>(i) * 0.7548776662466927, 1.0) < 0.25 + 0.5 * x;
    people.push_back({.arm = static_cast<std::uint8_t>(i % 3),
                      .value = yes ? 1.0 : 0.0,
                      .baseline = x,
                      .site = static_cast<std::uint16_t>(i / 3 % 2)});
  }
  return people;
}

const std::vector<Covariate> baseline_and_site{{Covariate::Kind::baseline, EndpointId{0}},
                                               {Covariate::Kind::site, {}}};

// Newton's method stops where the next step would be of less than 1e-10 standard errors.
constexpr double rounding = 1e-10;

TEST(Logistic, OfATableIsItsLogOddsRatioWithWoolfsError) {
  for (const Se se : {Se::model, Se::robust}) {
    const Estimate estimate = analyse(table, LogisticOptions{.measure = Measure::odds_ratio, .se = se});
    EXPECT_NEAR(estimate.value, std::log(12.0 * 19.0 / (8.0 * 6.0)), rounding);
    EXPECT_NEAR(estimate.se, std::sqrt(1.0 / 12.0 + 1.0 / 8.0 + 1.0 / 6.0 + 1.0 / 19.0), rounding);
    EXPECT_EQ(estimate.status, FitStatus::ok);
  }
}

TEST(Logistic, OfATableStandardizesToItsProportions) {
  const double p1 = 12.0 / 20.0;
  const double p0 = 6.0 / 25.0;
  for (const Se se : {Se::model, Se::robust}) {
    const Estimate difference =
        analyse(table, LogisticOptions{.measure = Measure::risk_difference, .se = se});
    EXPECT_NEAR(difference.value, p1 - p0, rounding);
    EXPECT_NEAR(difference.se, std::sqrt(p1 * (1.0 - p1) / 20.0 + p0 * (1.0 - p0) / 25.0), rounding);
    const Estimate ratio = analyse(table, LogisticOptions{.measure = Measure::risk_ratio, .se = se});
    EXPECT_NEAR(ratio.value, std::log(p1 / p0), rounding);
    EXPECT_NEAR(ratio.se, std::sqrt((1.0 - p1) / (20.0 * p1) + (1.0 - p0) / (25.0 * p0)), rounding);
  }
}

TEST(Logistic, TheLikelihoodRatioOfATableIsItsG) {
  // 2 sum observed log(observed / expected), 18 of 45 expected to say yes in either arm.
  const auto term = [](double observed, double expected) { return observed * std::log(observed / expected); };
  const double g = 2.0 * (term(12.0, 8.0) + term(8.0, 12.0) + term(6.0, 10.0) + term(19.0, 15.0));
  for (const Measure measure : {Measure::risk_difference, Measure::risk_ratio, Measure::odds_ratio}) {
    EXPECT_NEAR(analyse(table, likelihood_ratio(measure)).statistic, std::sqrt(g), 1e-10);
  }
}

/// Twice the fall of a table's log-likelihood where the log odds ratio is held; the intercept by bisection.
double fall(double yes, double count, double yes_comparator, double count_comparator, double log_odds_ratio) {
  const auto risk = [](double log_odds) { return 1.0 / (1.0 + std::exp(-log_odds)); };
  double low = -40.0;
  double high = 40.0;
  for (int halving = 0; halving < 200; ++halving) {
    const double middle = 0.5 * (low + high);
    const double expected = count * risk(middle + log_odds_ratio) + count_comparator * risk(middle);
    (expected < yes + yes_comparator ? low : high) = middle;
  }
  const auto log_likelihood = [](double of_yes, double of, double p) {
    return of_yes * std::log(p) + (of - of_yes) * std::log1p(-p);
  };
  return 2.0 * (log_likelihood(yes, count, yes / count) +
                log_likelihood(yes_comparator, count_comparator, yes_comparator / count_comparator) -
                log_likelihood(yes, count, risk(low + log_odds_ratio)) -
                log_likelihood(yes_comparator, count_comparator, risk(low)));
}

TEST(Logistic, ItsLimitsAreWhereTheLikelihoodHasFallenByAQuantile) {
  constexpr double quantile = 3.841458820694124;  // of chi-squared, one degree of freedom, 95 %
  struct Table {
    int yes, count, yes_comparator, count_comparator;
  };
  for (const Table& t :
       {Table{12, 20, 6, 25}, {1, 9, 8, 9}, {2, 14, 13, 26}, {1, 500, 3, 500}, {99, 100, 1, 100}}) {
    const MadeUpTrial trial = MadeUpTrial::counts(t.yes, t.count, t.yes_comparator, t.count_comparator);
    const Estimate estimate = analyse(trial, likelihood_ratio(Measure::odds_ratio));
    EXPECT_LT(estimate.lower, estimate.value);
    EXPECT_GT(estimate.upper, estimate.value);
    for (const double limit : {estimate.lower, estimate.upper}) {
      EXPECT_NEAR(fall(t.yes, t.count, t.yes_comparator, t.count_comparator, limit), quantile, 1e-8) << t.yes;
    }
  }
}

TEST(Logistic, ArmsThatAreNotComparedStandInNeitherRisk) {
  std::vector<Person> people = people_with_covariates(90);
  const auto proportion = [&](int arm) {
    double yes = 0.0;
    for (const Person& person : people) yes += person.arm == arm ? person.value : 0.0;
    return yes / 30.0;
  };
  const LogisticOptions all{.arms = ModelArms::all};
  const Estimate estimate = analyse(MadeUpTrial(people), all);
  EXPECT_NEAR(estimate.value, proportion(1) - proportion(0), rounding);
  EXPECT_NEAR(estimate.se, analyse(MadeUpTrial(people), LogisticOptions{}).se, rounding);
  // Adjusted, the people of the third arm count through their covariates and not through their answers'
  // level.
  const LogisticOptions adjusted{.adjust = {{Covariate::Kind::site, {}}}, .arms = ModelArms::all};
  const double before = analyse(MadeUpTrial(people), adjusted).value;
  for (Person& person : people) {
    if (person.arm == 2) person.value = 1.0 - person.value;
  }
  EXPECT_NEAR(analyse(MadeUpTrial(people), adjusted).value, before, 0.02);
}

TEST(Logistic, DoesNotDependOnOrderOrUnit) {
  std::vector<Person> people = people_with_covariates(120);
  const LogisticOptions options{.adjust = baseline_and_site, .arms = ModelArms::all};
  const Estimate estimate = analyse(MadeUpTrial(people), options);
  for (Person& person : people) person.baseline = 1e5 - 0.01 * person.baseline;
  const Estimate other_unit = analyse(MadeUpTrial(people), options);
  EXPECT_NEAR(other_unit.value, estimate.value, 1e-8);
  EXPECT_NEAR(other_unit.se, estimate.se, 1e-8);
  std::ranges::reverse(people);
  const Estimate other_order = analyse(MadeUpTrial(people), options);
  EXPECT_NEAR(other_order.value, other_unit.value, rounding);
  EXPECT_NEAR(other_order.se, other_unit.se, rounding);
}

TEST(Logistic, SwappedArmsSwapTheSign) {
  const MadeUpTrial swapped = MadeUpTrial::counts(6, 25, 12, 20);
  for (const Measure measure : {Measure::risk_difference, Measure::risk_ratio, Measure::odds_ratio}) {
    const Estimate one = analyse(table, likelihood_ratio(measure));
    const Estimate other = analyse(swapped, likelihood_ratio(measure));
    EXPECT_NEAR(one.value, -other.value, rounding);
    EXPECT_NEAR(one.lower, -other.upper, 1e-8);
    EXPECT_NEAR(one.p, other.p, rounding);
  }
}

TEST(Logistic, SaysWhatItCannotDo) {
  for (const Measure measure : {Measure::risk_difference, Measure::risk_ratio, Measure::odds_ratio}) {
    const LogisticOptions options = likelihood_ratio(measure);
    EXPECT_EQ(analyse(MadeUpTrial::counts(10, 10, 4, 10), options).status, FitStatus::separated);
    EXPECT_EQ(analyse(MadeUpTrial::counts(3, 10, 0, 10), options).status, FitStatus::separated);
    EXPECT_EQ(analyse(MadeUpTrial::counts(0, 10, 0, 10), options).status, FitStatus::separated);
    EXPECT_EQ(analyse(MadeUpTrial::counts(1, 2, 1, 1), options).status, FitStatus::too_few);
  }
  std::vector<Person> people = people_with_covariates(60);
  for (Person& person : people) person.value = person.baseline > 0.5 ? 1.0 : 0.0;
  EXPECT_EQ(analyse(MadeUpTrial(people), LogisticOptions{.adjust = baseline_and_site}).status,
            FitStatus::separated);
  people = people_with_covariates(60);
  const LogisticOptions twice{.adjust = {baseline_and_site[0], baseline_and_site[0]}};
  EXPECT_EQ(analyse(MadeUpTrial(people), twice).status, FitStatus::singular);
  for (Person& person : people) person.baseline = 3.0;
  EXPECT_EQ(analyse(MadeUpTrial(people), LogisticOptions{.adjust = baseline_and_site}).status,
            FitStatus::singular);
  people.resize(5);
  EXPECT_FALSE(analyse(MadeUpTrial(people), LogisticOptions{.adjust = baseline_and_site}).usable());
}

}  // namespace
}  // namespace equipoise
