// Where everybody was seen and the mean has a coefficient for each arm and visit, the working correlation
// moves nothing and the corrected sandwich is a multiple of a textbook's standard error, whatever the
// correlation within people: how often gee rejects is then known exactly, small as the trials are.

#include <cmath>

#include <gtest/gtest.h>

#include "engine/numeric/student_t.hpp"
#include "tests/statistical/analysis/drawn_trials.hpp"
#include "tests/statistical/analysis/tables.hpp"

namespace equipoise::checks {
namespace {

using Correction = GeeOptions::Correction;

GeeOptions over_visits(Correction correction, GeeOptions::Link link) {
  GeeOptions options;
  options.link = link;
  options.correction = correction;
  return options;
}

// Twelve people an arm, three visits: 24 clusters less 6 coefficients. The sandwich of a difference of means
// with residuals over (1 - 1/n)^(1/2) is Student's pooled standard error, arms being of one size; with
// residuals over 1 - 1/n it is n / (n - 1) times its square.
constexpr int an_arm = 12;
constexpr double df = 2.0 * an_arm - 6.0;

double level(double widening) {
  return 2.0 * student_upper_tail(widening * student_quantile(0.975, df), 2.0 * an_arm - 2.0);
}

TEST(StatisticalGee, OfMeansRejectsAndCoversAsStudentsLawSays) {
  TrialData data = blank_trial({an_arm, an_arm}, 3);
  AnalysisWorkspace workspace;
  const double wider = std::sqrt(an_arm / (an_arm - 1.0));
  struct Case {
    Correction correction;
    double level;
    Frequency rejected;
    Frequency covered;
  };
  Case cases[] = {{Correction::kauermann_carroll, level(1.0), {}, {}},
                  {Correction::mancl_derouen, level(wider), {}, {}}};
  Frequency by_normal_law;  // twin: with infinite degrees of freedom
  constexpr double effect = 0.4;
  const auto draw = [&](Stream& stream) {
    const Normal normal;
    for (std::size_t i = 0; i < data.participants(); ++i) {
      // Correlated within people, and not as the working correlation has it.
      double last = normal(stream);
      for (std::size_t v = 1; v <= 3; ++v) {
        last = 0.8 * last + 0.6 * normal(stream);
        values_at(data, v)[i] = last * static_cast<double>(v) + (data.arm[i] == 1 ? effect : 0.0);
      }
    }
  };
  const Contrast contrast = first_arms_at(3);
  const auto estimate_with = [&](Correction correction) {
    return analyse(data, contrast, two_sided_question(), over_visits(correction, GeeOptions::Link::identity),
                   workspace);
  };
  const double t = student_quantile(0.975, df);
  const double reach = student_quantile(0.975, 1e9);
  for_each_draw(51, draw, [&] {
    for (Case& the : cases) {
      const Estimate estimate = estimate_with(the.correction);
      // The null is the truth.
      the.rejected.add(std::abs(estimate.value - effect) >= t * estimate.se);
      the.covered.add(estimate.lower <= effect && effect <= estimate.upper);
      if (the.correction == Correction::kauermann_carroll) {
        by_normal_law.add(std::abs(estimate.value - effect) >= reach * estimate.se);
      }
    }
  });
  for (const Case& the : cases) {
    EXPECT_GT(the.rejected.p_value(the.level), false_alarm) << the.rejected.count << " " << the.level;
    EXPECT_GT(the.covered.p_value(1.0 - the.level), false_alarm) << the.covered.count;
    EXPECT_LT(by_normal_law.p_value(the.level), false_alarm) << by_normal_law.count;
  }
}

// Twenty people an arm say yes or no at two visits: 40 clusters less 4 coefficients. The log odds ratio at
// the second visit is its table's, the sandwich n / (n - 1) times Woolf's variance.
TEST(StatisticalGee, OfYesAndNoRejectsAndCoversAsItsTablesSay) {
  constexpr int people = 20;
  constexpr double p1 = 0.6;
  constexpr double p0 = 0.4;
  const double truth = std::log(p1 * (1.0 - p0) / ((1.0 - p1) * p0));
  const double t = student_quantile(0.975, 36.0);
  const auto share = [&](double null, double widening) {
    return over_all_tables(people, people, p1, p0, [&](int a, int b) {
      const double yes1 = a, no1 = people - a, yes0 = b, no0 = people - b;
      if (yes1 * no1 * yes0 * no0 == 0.0) return false;
      const double woolf = std::sqrt(1.0 / yes1 + 1.0 / no1 + 1.0 / yes0 + 1.0 / no0);
      return std::abs(std::log(yes1 * no0 / (no1 * yes0)) - null) >= t * widening * woolf;
    });
  };
  const double wider = std::sqrt(people / (people - 1.0));
  TrialData data = blank_trial({people, people}, 2);
  AnalysisWorkspace workspace;
  Frequency rejected;
  Frequency outside;         // the interval leaves the truth out
  Frequency outside_narrow;  // twin: an interval 10 % too narrow
  const auto draw = [&](Stream& stream) {
    const Uniform uniform;
    for (std::size_t i = 0; i < data.participants(); ++i) {
      const double p = data.arm[i] == 1 ? p1 : p0;
      const double first = uniform(stream);
      // Two of three people answer twice alike.
      const double again = uniform(stream) < 2.0 / 3.0 ? first : uniform(stream);
      values_at(data, 1)[i] = first < p ? 1.0 : 0.0;
      values_at(data, 2)[i] = again < p ? 1.0 : 0.0;
    }
  };
  const Contrast contrast = first_arms_at(2);
  for_each_draw(52, draw, [&] {
    const Estimate estimate =
        analyse(data, contrast, two_sided_question(),
                over_visits(Correction::kauermann_carroll, GeeOptions::Link::logit), workspace);
    rejected.add(estimate.p <= 0.05);
    outside.add(estimate.lower > truth || truth > estimate.upper);
    outside_narrow.add(std::abs(estimate.value - truth) > 0.9 * (estimate.upper - estimate.value));
  });
  EXPECT_GT(rejected.p_value(share(0.0, wider)), false_alarm) << rejected.count << " " << share(0.0, wider);
  EXPECT_GT(outside.p_value(share(truth, wider)), false_alarm) << outside.count << " " << share(truth, wider);
  EXPECT_LT(outside_narrow.p_value(share(truth, wider)), false_alarm) << outside_narrow.count;
}

}  // namespace
}  // namespace equipoise::checks
