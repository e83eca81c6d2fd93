// Mixed models in small trials: exact where theory is, near where Satterthwaite's and Kenward and Roger's are
// approximations, wrong where they should be.

#include <cmath>

#include <gtest/gtest.h>

#include "engine/numeric/student_t.hpp"
#include "tests/statistical/analysis/drawn_trials.hpp"

namespace equipoise::checks {
namespace {

struct Behaviour {
  Frequency rejected;
  Frequency covered;
  Frequency by_people;  // twin: rejected with degrees of freedom that count values
};

/// The analyses of the same trials, whose true difference is zero. Counted in values and not in what varies,
/// there would be `many` degrees of freedom.
template <class Draw>
std::vector<Behaviour> behaviour(std::uint64_t seed, TrialData& data, Draw&& draw, const Contrast& contrast,
                                 const std::vector<AnalysisOptions>& analyses, double many) {
  AnalysisWorkspace workspace;
  std::vector<Behaviour> seen(analyses.size());
  for_each_draw(seed, draw, [&] {
    for (std::size_t k = 0; k < analyses.size(); ++k) {
      const Estimate estimate = analyse(data, contrast, two_sided_question(), analyses[k], workspace);
      seen[k].rejected.add(estimate.p <= 0.05);
      seen[k].covered.add(estimate.lower <= 0.0 && 0.0 <= estimate.upper);
      seen[k].by_people.add(2.0 * student_upper_tail(std::abs(estimate.statistic), many) <= 0.05);
    }
  });
  return seen;
}

MixedOptions groups_with(DfMethod df, bool residual_by_arm) {
  MixedOptions options;
  options.df = df;
  options.residual_by_arm = residual_by_arm;
  return options;
}

/// Puts the people of an arm into groups of one size.
void form_groups(TrialData& data, std::uint8_t arm, int size) {
  int met = 0;
  for (std::size_t i = 0; i < data.participants(); ++i) {
    if (data.arm[i] == arm) data.group[i] = 100 * arm + met++ / size;
  }
}

/// What a group's members share, then everybody's own.
void draw_groups(Stream& stream, TrialData& data, double shared, double own0, double own1) {
  const Normal normal;
  std::int32_t last = -1;
  double of_group = 0.0;
  const auto value = values_at(data, 1);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (data.group[i] != last) of_group = shared * normal(stream);
    last = data.group[i];
    value[i] = (data.group[i] >= 0 ? of_group : 0.0) + (data.arm[i] == 1 ? own1 : own0) * normal(stream);
  }
}

/// Exact but for the boundary, which is met once in ten thousand trials.
void expect_exact(const Behaviour& seen) {
  EXPECT_GT(seen.rejected.p_value(0.0499, 0.0501), false_alarm) << seen.rejected.count;
  EXPECT_GT(seen.covered.p_value(0.9499, 0.9501), false_alarm) << seen.covered.count;
  EXPECT_LT(seen.by_people.p_value(0.0499, 0.0501), false_alarm) << seen.by_people.count;
}

/// Approximations: half a percentage point.
void expect_near(const Behaviour& seen) {
  EXPECT_GT(seen.rejected.p_value(0.045, 0.055), false_alarm) << seen.rejected.count;
  EXPECT_GT(seen.covered.p_value(0.945, 0.955), false_alarm) << seen.covered.count;
  EXPECT_LT(seen.by_people.p_value(0.045, 0.055), false_alarm) << seen.by_people.count;
}

TEST(StatisticalTherapyGroups, OfOneSizeInBothArmsAreExact) {
  // Six groups of four an arm; groups vary so much that the boundary is all but out of reach.
  TrialData data = blank_trial({24, 24});
  form_groups(data, 0, 4);
  form_groups(data, 1, 4);
  const auto draw = [&](Stream& stream) { draw_groups(stream, data, 2.0, 1.0, 1.0); };
  const std::vector<Behaviour> seen =
      behaviour(61, data, draw, first_arms_at(1),
                {groups_with(DfMethod::satterthwaite, false), groups_with(DfMethod::kenward_roger, false),
                 MeanDifferenceOptions{MeanDifferenceOptions::Variance::pooled}},
                46.0);
  expect_exact(seen[0]);
  expect_exact(seen[1]);
  // The other negative control: groups ignored.
  EXPECT_LT(seen[2].rejected.p_value(0.0499, 0.0501), false_alarm) << seen[2].rejected.count;
}

TEST(StatisticalTherapyGroups, InOneArmOnlyAreNear) {
  // Six groups of five beside 30 people who meet nobody and vary less (partially nested).
  TrialData data = blank_trial({30, 30});
  form_groups(data, 1, 5);
  const auto draw = [&](Stream& stream) { draw_groups(stream, data, 0.9, 0.7, 1.0); };
  for (const Behaviour& seen : behaviour(
           62, data, draw, first_arms_at(1),
           {groups_with(DfMethod::satterthwaite, true), groups_with(DfMethod::kenward_roger, true)}, 58.0)) {
    expect_near(seen);
  }
}

MixedOptions slopes_with(DfMethod df) {
  MixedOptions options;
  options.random = MixedOptions::Random::intercept_slope;
  options.df = df;
  options.months = {0.0, 1.0, 2.0, 4.0};
  return options;
}

/// Level, slope and noise; `loss` of the second visit's people are gone by the third, half as many by the
/// second.
void draw_lines(Stream& stream, TrialData& data, double slope_sd, double loss) {
  const Normal normal;
  const Uniform uniform;
  const double months[] = {0.0, 1.0, 2.0, 4.0};
  for (std::size_t i = 0; i < data.participants(); ++i) {
    const double level = normal(stream);
    const double slope = slope_sd * normal(stream);
    const double stays = uniform(stream);
    for (std::size_t v = 1; v <= 3; ++v) {
      const double value = level + slope * months[v] + 0.7 * normal(stream);
      values_at(data, v)[i] = stays < 0.5 * loss * static_cast<double>(v - 1) ? unseen : value;
    }
  }
}

TEST(StatisticalInterceptSlope, IsExactWhereEverybodyWasSeen) {
  // Eight people an arm; slopes vary so much that the boundary is out of reach.
  TrialData data = blank_trial({8, 8}, 3);
  const auto draw = [&](Stream& stream) { draw_lines(stream, data, 1.5, 0.0); };
  expect_exact(
      behaviour(63, data, draw, first_arms_at(3), {slopes_with(DfMethod::kenward_roger)}, 48.0 - 4.0)[0]);
}

TEST(StatisticalInterceptSlope, IsNearWhereSomeAreLost) {
  TrialData data = blank_trial({12, 12}, 3);
  const auto draw = [&](Stream& stream) { draw_lines(stream, data, 0.5, 0.4); };
  expect_near(
      behaviour(64, data, draw, first_arms_at(3), {slopes_with(DfMethod::kenward_roger)}, 60.0 - 4.0)[0]);
}

}  // namespace
}  // namespace equipoise::checks
