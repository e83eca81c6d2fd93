// The score test and Newcombe's interval are not exact in small trials. How often they reject or cover is a
// finite sum over all tables, worked out here from the textbook formulas; simulated trials must reject and
// cover as often.

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "engine/analysis/analyse.hpp"
#include "engine/random/laws.hpp"
#include "tests/statistical/analysis/frequency.hpp"
#include "tests/statistical/analysis/tables.hpp"

namespace equipoise::checks {
namespace {

constexpr int treated = 20;
constexpr int compared = 25;

TrialData blank() {
  TrialData data;
  data.resize(treated + compared, 1, 1);
  for (std::size_t i = 0; i < data.participants(); ++i) data.arm[i] = i < treated ? 1 : 0;
  return data;
}

const Contrast contrast{.endpoint = EndpointId{0},
                        .visit = baseline_visit,
                        .treatment = ArmId{1},
                        .comparator = ArmId{0},
                        .transform = {},
                        .better = Direction::higher_better};

/// A yes of probability p1 or p0, by arm.
void draw(std::uint64_t seed, std::uint64_t replicate, double p1, double p0, TrialData& data) {
  Stream stream = Streams(seed, replicate).at(Purpose::test, 0);
  const Uniform uniform;
  const auto value = data.values.at(EndpointId{0}, baseline_visit);
  for (std::size_t i = 0; i < value.size(); ++i) {
    value[i] = uniform(stream) < (data.arm[i] == 1 ? p1 : p0) ? 1.0 : 0.0;
  }
}

void set_counts(int yes1, int yes0, TrialData& data) {
  const auto value = data.values.at(EndpointId{0}, baseline_visit);
  for (int i = 0; i < treated + compared; ++i) {
    const bool yes = i < treated ? i < yes1 : i - treated < yes0;
    value[static_cast<std::size_t>(i)] = yes ? 1.0 : 0.0;
  }
}

bool pearson_rejects(int yes1, int yes0) {
  const double a = yes1;
  const double b = treated - yes1;
  const double c = yes0;
  const double d = compared - yes0;
  if (a + c == 0.0 || b + d == 0.0) return false;
  const double cross = a * d - b * c;
  const double statistic = cross * cross * (a + b + c + d) / ((a + b) * (c + d) * (a + c) * (b + d));
  return 1.0 - chi_squared_cdf(statistic, 1.0) <= 0.05;
}

bool wald_rejects(const Estimate& estimate) {
  return std::abs(estimate.value) >= 1.9599639845400545 * estimate.se;
}

TEST(StatisticalProportions, TheScoreTestRejectsAsOftenAsItsTablesSay) {
  const Question question(TestKind::superiority, Direction::higher_better, 0.0, Level{});
  TrialData data = blank();
  AnalysisWorkspace workspace;
  for (const double p : {0.3, 0.5, 0.9}) {
    Frequency rejected;
    Frequency by_wald;  // twin: the standard error without the null
    for (int replicate = 0; replicate < trials; ++replicate) {
      draw(21, static_cast<std::uint64_t>(replicate), p, p, data);
      const Estimate estimate = analyse(data, contrast, question, ProportionsOptions{}, workspace);
      rejected.add(estimate.p <= 0.05);
      by_wald.add(wald_rejects(estimate));
    }
    const double level = over_all_tables(treated, compared, p, p, pearson_rejects);
    EXPECT_GT(rejected.p_value(level), false_alarm) << rejected.count << " at " << p;
    EXPECT_LT(by_wald.p_value(level), false_alarm) << by_wald.count << " at " << p;
  }
}

struct Wilson {
  double lower;
  double upper;

  /// The two probabilities p at which (yes / n - p)^2 = z^2 p (1 - p) / n, at 95 %.
  Wilson(int yes, int n) {
    const double z2 = 1.9599639845400545 * 1.9599639845400545;
    const double observed = static_cast<double>(yes) / n;
    const double a = 1.0 + z2 / n;
    const double b = -2.0 * observed - z2 / n;
    const double root = std::sqrt(b * b - 4.0 * a * observed * observed);
    lower = (-b - root) / (2.0 * a);
    upper = (-b + root) / (2.0 * a);
  }
};

bool newcombe_covers(int yes1, int yes0, double truth) {
  const double o1 = static_cast<double>(yes1) / treated;
  const double o0 = static_cast<double>(yes0) / compared;
  const Wilson w1(yes1, treated);
  const Wilson w0(yes0, compared);
  const auto reach = [](double a, double b) { return std::sqrt(a * a + b * b); };
  return o1 - o0 - reach(o1 - w1.lower, w0.upper - o0) <= truth &&
         truth <= o1 - o0 + reach(w1.upper - o1, o0 - w0.lower);
}

TEST(StatisticalProportions, NewcombesIntervalCoversAsOftenAsItsTablesSay) {
  constexpr double p1 = 0.45;
  constexpr double p0 = 0.244;
  const Question question(TestKind::superiority, Direction::higher_better, 0.0, Level{});
  TrialData data = blank();
  AnalysisWorkspace workspace;
  Frequency covered;
  Frequency by_wald;  // twin: the simple interval
  for (int replicate = 0; replicate < trials; ++replicate) {
    draw(22, static_cast<std::uint64_t>(replicate), p1, p0, data);
    const Estimate estimate = analyse(data, contrast, question, ProportionsOptions{}, workspace);
    covered.add(estimate.lower <= p1 - p0 && p1 - p0 <= estimate.upper);
    by_wald.add(std::abs(estimate.value - (p1 - p0)) <= 1.9599639845400545 * estimate.se);
  }
  const double coverage =
      over_all_tables(treated, compared, p1, p0, [](int a, int b) { return newcombe_covers(a, b, p1 - p0); });
  EXPECT_NEAR(coverage, 0.95, 0.02);
  EXPECT_GT(covered.p_value(coverage), false_alarm) << covered.count;
  EXPECT_LT(by_wald.p_value(coverage), false_alarm) << by_wald.count;
}

// Farrington and Manning (1990) find their test's level near the nominal one on the whole margin; Wald's, the
// twin, is not when a proportion is near its end.
TEST(StatisticalProportions, TheMarginIsHeldOnAllOfTheBoundary) {
  constexpr double margin = 0.2;
  const Question question(TestKind::noninferiority, Direction::higher_better, margin, Level{0.025, 1});
  TrialData data = blank();
  AnalysisWorkspace workspace;
  double worst_of_wald = 0.0;
  for (const double p0 : {0.25, 0.4, 0.6, 0.8, 0.9, 0.95}) {
    const auto estimate = [&](int yes1, int yes0) {
      set_counts(yes1, yes0, data);
      return analyse(data, contrast, question, ProportionsOptions{}, workspace);
    };
    const double level = over_all_tables(treated, compared, p0 - margin, p0,
                                         [&](int a, int b) { return estimate(a, b).p <= 0.025; });
    const double of_wald = over_all_tables(treated, compared, p0 - margin, p0, [&](int a, int b) {
      const Estimate e = estimate(a, b);
      return e.value + margin >= 1.9599639845400545 * e.se;
    });
    EXPECT_GT(level, 0.010) << p0;
    EXPECT_LT(level, 0.040) << p0;
    worst_of_wald = std::fmax(worst_of_wald, of_wald);
  }
  EXPECT_GT(worst_of_wald, 0.045);
}

// Who is not seen has failed: the table is one of fewer successes among as many people.
TEST(StatisticalProportions, MissingAsFailureCoversTheDifferenceOfWhatWasSeenToSucceed) {
  constexpr double p1 = 0.6;
  constexpr double p0 = 0.4;
  constexpr double seen1 = 0.9;
  constexpr double seen0 = 0.7;
  constexpr double truth = p1 * seen1 - p0 * seen0;
  const Question question(TestKind::superiority, Direction::higher_better, 0.0, Level{});
  TrialData data = blank();
  AnalysisWorkspace workspace;
  Frequency covered;
  Frequency left_out;  // twin: those who were not seen are not counted
  for (int replicate = 0; replicate < trials; ++replicate) {
    draw(23, static_cast<std::uint64_t>(replicate), p1, p0, data);
    Stream stream = Streams(24, static_cast<std::uint64_t>(replicate)).at(Purpose::test, 0);
    const Uniform uniform;
    const auto value = data.values.at(EndpointId{0}, baseline_visit);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (uniform(stream) >= (data.arm[i] == 1 ? seen1 : seen0)) value[i] = unseen;
    }
    const auto covers = [&](const ProportionsOptions& options) {
      const Estimate estimate = analyse(data, contrast, question, options, workspace);
      return estimate.lower <= truth && truth <= estimate.upper;
    };
    covered.add(covers({ProportionsOptions::Missing::failure}));
    left_out.add(covers({}));
  }
  const double coverage = over_all_tables(treated, compared, p1 * seen1, p0 * seen0,
                                          [](int a, int b) { return newcombe_covers(a, b, truth); });
  EXPECT_GT(covered.p_value(coverage), false_alarm) << covered.count;
  EXPECT_LT(left_out.p_value(coverage), false_alarm) << left_out.count;
}

}  // namespace
}  // namespace equipoise::checks
