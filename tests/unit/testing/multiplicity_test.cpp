#include "engine/testing/multiplicity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/student_t.hpp"
#include "engine/testing/reject_in_steps.hpp"
#include "tests/support/closed_testing.hpp"

namespace equipoise {
namespace {

using Values = std::vector<double>;
using Method = MultiplicityMethod;

constexpr double normal = std::numeric_limits<double>::infinity();
// A few multiplications and divisions more or fewer.
constexpr double rounding = 1e-14;

Values adjust(const Multiplicity& procedure, const Values& p, double df = normal) {
  Values adjusted(p.size());
  Multiplicity::Scratch scratch;
  procedure(p, Values(p.size(), df), adjusted, scratch);
  return adjusted;
}

/// Holm's procedure as a graph: a rejected one's share goes to the others in proportion.
Multiplicity holm_graph(const Values& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  MultiplicityRules rules;
  rules.method = Method::graph;
  rules.weights = weights;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t j = 0; j < weights.size(); ++j) {
      rules.transitions.push_back(i == j ? 0.0 : weights[j] / (sum - weights[i]));
    }
  }
  return {rules, weights.size()};
}

Multiplicity weighted(Method method, const Values& weights) {
  MultiplicityRules rules;
  rules.method = method;
  rules.weights = weights;
  return {rules, weights.size()};
}

Multiplicity dunnett(Method method, std::size_t count, double correlation, bool both_sides = true,
                     double counts = 1.0) {
  MultiplicityRules rules;
  rules.method = method;
  for (std::size_t i = 0; i < count * count; ++i) {
    rules.joint.correlation.push_back(i % (count + 1) == 0 ? 1.0 : correlation);
  }
  rules.joint.both_sides = both_sides;
  rules.joint.counts = counts;
  return {rules, count};
}

/// Sets of p values, some small, some equal, some at their ends.
class SetsOfP : public testing::Test {
 protected:
  std::vector<Values> sets(std::size_t count, int number = 200) {
    std::vector<Values> all;
    std::uniform_real_distribution<double> uniform;
    for (int k = 0; k < number; ++k) {
      Values p(count);
      for (double& one : p) one = std::pow(uniform(generator_), 3.0);
      if (k % 5 == 0) p[count - 1] = p[0];
      if (k % 7 == 0) p[count / 2] = 1.0;
      if (k % 11 == 0) p[0] = 0.0;
      all.push_back(p);
    }
    return all;
  }
  Values shares(std::size_t count) {
    Values all(count);
    std::uniform_real_distribution<double> uniform(0.1, 1.0);
    for (double& one : all) one = uniform(generator_);
    const double sum = std::accumulate(all.begin(), all.end(), 0.0);
    for (double& one : all) one /= sum;
    return all;
  }
  /// Any graph: every third way is closed, and a row may keep something back.
  MultiplicityRules graph(std::size_t count) {
    MultiplicityRules rules;
    rules.method = Method::graph;
    rules.weights = shares(count);
    rules.weights[0] = 0.0;
    std::uniform_real_distribution<double> uniform;
    for (std::size_t i = 0; i < count; ++i) {
      Values row(count);
      for (std::size_t j = 0; j < count; ++j)
        row[j] = j == i || uniform(generator_) < 0.3 ? 0.0 : 0.1 + uniform(generator_);
      const double sum = std::accumulate(row.begin(), row.end(), 0.0) * (i == 1 ? 1.5 : 1.0);
      for (const double one : row) rules.transitions.push_back(sum > 0.0 ? one / sum : 0.0);
    }
    return rules;
  }

  std::mt19937_64 generator_{20251125};
};

void expect_near(const Values& a, const Values& b, double tolerance = rounding) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], tolerance) << "hypothesis " << i;
}

TEST(Multiplicity, NoneLeavesThemAlone) {
  EXPECT_EQ(adjust(Method::none, {0.3, 0.01}), (Values{0.3, 0.01}));
}

TEST(Multiplicity, BonferroniMultipliesByTheirNumber) {
  EXPECT_EQ(adjust(Method::bonferroni, {0.25, 0.125, 0.5}), (Values{0.75, 0.375, 1.0}));
}

TEST(Multiplicity, WeightedBonferroniDividesByTheShares) {
  EXPECT_EQ(adjust(weighted(Method::bonferroni, {0.5, 0.25, 0.125}), {0.25, 0.125, 0.125}),
            (Values{0.5, 0.5, 1.0}));
}

TEST(Multiplicity, HolmStepsDown) {
  EXPECT_EQ(adjust(Method::holm, {0.25, 0.0625, 0.125}), (Values{0.25, 0.1875, 0.25}));
}

TEST(Multiplicity, HolmTreatsEqualsEqually) {
  EXPECT_EQ(adjust(Method::holm, {0.25, 0.25, 0.25}), (Values{0.75, 0.75, 0.75}));
}

TEST(Multiplicity, WeightedHolmHandsSharesOnInProportion) {
  // 0.01 / 0.5; then 0.25 of 0.5; then all of it.
  expect_near(adjust(weighted(Method::holm, {0.5, 0.25, 0.25}), {0.01, 0.03, 0.02}), {0.02, 0.04, 0.04});
  // Half of alpha is never spent.
  expect_near(adjust(weighted(Method::holm, {0.25, 0.25}), {0.01, 0.03}), {0.04, 0.06});
}

TEST(Multiplicity, HochbergStepsUp) {
  EXPECT_EQ(adjust(Method::hochberg, {0.25, 0.125, 0.0625}), (Values{0.25, 0.25, 0.1875}));
  EXPECT_EQ(adjust(Method::hochberg, {0.04, 0.03}), (Values{0.04, 0.04}));
}

TEST(Multiplicity, HommelIsTheClosedSimesTest) {
  EXPECT_EQ(adjust(Method::hommel, {0.024, 0.01, 0.026, 0.027}), (Values(4, 0.027)));
}

TEST(Multiplicity, AFixedSequenceStopsAtTheFirstThatIsNotRejected) {
  MultiplicityRules rules;
  rules.method = Method::fixed_sequence;
  EXPECT_EQ(adjust({rules, 3}, {0.01, 0.2, 0.001}), (Values{0.01, 0.2, 0.2}));
  rules.order = {2, 0, 1};
  EXPECT_EQ(adjust({rules, 3}, {0.01, 0.2, 0.001}), (Values{0.01, 0.2, 0.001}));
}

TEST(Multiplicity, FallbackHandsOnToTheNext) {
  MultiplicityRules rules;
  rules.method = Method::fallback;
  rules.weights = {0.5, 0.25, 0.25};
  // The first is not rejected at 0.05, yet the second is, at 0.0125, and the third at 0.025.
  expect_near(adjust({rules, 3}, {0.5, 0.01, 0.02}), {1.0, 0.04, 0.04});
  rules.order = {1, 0, 2};
  rules.weights = {0.25, 0.5, 0.25};
  expect_near(adjust({rules, 3}, {0.01, 0.5, 0.02}), {0.04, 1.0, 0.04});
}

TEST(Multiplicity, CoPrimaryTestsStandOrFallTogether) {
  EXPECT_EQ(adjust(Method::co_primary, {0.25, 0.0625, 0.125}), (Values{0.25, 0.25, 0.25}));
}

TEST(Multiplicity, ATestThatCouldNotBeMadeCountsAsOne) {
  const double missing = std::nan("");
  EXPECT_EQ(adjust(Method::none, {missing, 0.125}), (Values{1.0, 0.125}));
  EXPECT_EQ(adjust(Method::bonferroni, {missing, 0.125}), (Values{1.0, 0.25}));
  EXPECT_EQ(adjust(Method::holm, {missing, 0.125}), (Values{1.0, 0.25}));
  EXPECT_EQ(adjust(Method::hochberg, {missing, 0.125}), (Values{1.0, 0.25}));
  EXPECT_EQ(adjust(Method::hommel, {missing, 0.125}), (Values{1.0, 0.25}));
  EXPECT_EQ(adjust(Method::co_primary, {missing, 0.125}), (Values{1.0, 1.0}));
  EXPECT_EQ(adjust(holm_graph({0.5, 0.5}), {missing, 0.125}), (Values{1.0, 0.25}));
  EXPECT_EQ(adjust(dunnett(Method::dunnett, 2, 0.5), {missing, 0.125})[0], 1.0);
}

TEST(Multiplicity, NoHypothesesNoAnswers) {
  for (const Method method : {Method::none, Method::bonferroni, Method::holm, Method::hochberg,
                              Method::hommel, Method::co_primary}) {
    EXPECT_TRUE(adjust(method, {}).empty());
  }
}

TEST(Multiplicity, AloneEveryProcedureLeavesItAsItIs) {
  for (const Method method : {Method::bonferroni, Method::holm, Method::hochberg, Method::hommel,
                              Method::fixed_sequence, Method::fallback}) {
    MultiplicityRules rules;
    rules.method = method;
    EXPECT_EQ(adjust({rules, 1}, {0.03}), (Values{0.03})) << name_of(method);
  }
  for (const Method method : {Method::dunnett, Method::dunnett_step_down}) {
    EXPECT_NEAR(adjust(dunnett(method, 1, 0.5), {0.03}, 7.5)[0], 0.03, 1e-10);
  }
}

TEST_F(SetsOfP, TheStrongerNeverAdjustsMore) {
  for (const Values& p : sets(6)) {
    const Values bonferroni = adjust(Method::bonferroni, p);
    const Values holm = adjust(Method::holm, p);
    const Values hochberg = adjust(Method::hochberg, p);
    const Values hommel = adjust(Method::hommel, p);
    const Values single = adjust(dunnett(Method::dunnett, 6, 0.5), p, 12.0);
    const Values stepped = adjust(dunnett(Method::dunnett_step_down, 6, 0.5), p, 12.0);
    for (std::size_t i = 0; i < p.size(); ++i) {
      EXPECT_LE(p[i], hommel[i]);
      EXPECT_LE(hommel[i], hochberg[i] + rounding);
      EXPECT_LE(hochberg[i], holm[i]);
      EXPECT_LE(holm[i], bonferroni[i]);
      EXPECT_LE(stepped[i], single[i]);
      EXPECT_LE(single[i], bonferroni[i] + 1e-10);
      EXPECT_LE(stepped[i], holm[i] + 1e-10);
    }
  }
}

TEST_F(SetsOfP, AdjustedOnesKeepTheOrder) {
  for (const Values& p : sets(7)) {
    for (const Multiplicity& procedure :
         {Multiplicity(Method::bonferroni), Multiplicity(Method::holm), Multiplicity(Method::hochberg),
          Multiplicity(Method::hommel), dunnett(Method::dunnett_step_down, 7, 0.3)}) {
      const Values adjusted = adjust(procedure, p);
      for (std::size_t i = 0; i < p.size(); ++i) {
        for (std::size_t j = 0; j < p.size(); ++j) {
          if (p[i] <= p[j]) {
            EXPECT_LE(adjusted[i], adjusted[j]) << name_of(procedure.method());
          }
        }
      }
    }
  }
}

TEST_F(SetsOfP, ASmallerPNeverHurtsAnybody) {
  const Multiplicity graph(this->graph(5), 5);
  for (const Values& p : sets(5)) {
    Values smaller = p;
    smaller[2] *= 0.3;
    for (const Multiplicity& procedure :
         {Multiplicity(Method::hommel), Multiplicity(Method::hochberg), graph}) {
      const Values before = adjust(procedure, p);
      const Values after = adjust(procedure, smaller);
      for (std::size_t i = 0; i < p.size(); ++i) EXPECT_LE(after[i], before[i] + rounding);
    }
  }
}

TEST_F(SetsOfP, TheirPlacesDoNotMatter) {
  MultiplicityRules rules = graph(5);
  const std::vector<std::size_t> places{3, 0, 4, 1, 2};
  MultiplicityRules moved = rules;
  for (std::size_t i = 0; i < 5; ++i) {
    moved.weights[i] = rules.weights[places[i]];
    for (std::size_t j = 0; j < 5; ++j)
      moved.transitions[i * 5 + j] = rules.transitions[places[i] * 5 + places[j]];
  }
  const Multiplicity graph(rules, 5);
  const Multiplicity graph_moved(moved, 5);
  for (const Values& p : sets(5)) {
    Values p_moved(5);
    for (std::size_t i = 0; i < 5; ++i) p_moved[i] = p[places[i]];
    const auto expect_moved = [&](const Multiplicity& first, const Multiplicity& second) {
      const Values adjusted = adjust(first, p);
      const Values adjusted_moved = adjust(second, p_moved);
      for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(adjusted_moved[i], adjusted[places[i]], rounding);
    };
    expect_moved(Method::holm, Method::holm);
    expect_moved(Method::hochberg, Method::hochberg);
    expect_moved(Method::hommel, Method::hommel);
    expect_moved(graph, graph_moved);
  }
}

TEST_F(SetsOfP, HolmIsAGraph) {
  const Values weights = shares(5);
  for (const Values& p : sets(5)) {
    expect_near(adjust(Method::holm, p), adjust(holm_graph(Values(5, 0.2)), p));
    expect_near(adjust(weighted(Method::holm, weights), p), adjust(holm_graph(weights), p));
  }
}

TEST_F(SetsOfP, FallbackIsItsGraphAndAFixedSequenceTheOneOfTheFirst) {
  const Values weights = shares(4);
  MultiplicityRules fallback;
  fallback.method = Method::fallback;
  fallback.weights = weights;
  MultiplicityRules sequence;
  sequence.method = Method::fixed_sequence;
  MultiplicityRules graph;
  graph.method = Method::graph;
  graph.transitions = {0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  for (const Values& p : sets(4)) {
    graph.weights = weights;
    EXPECT_EQ(adjust({fallback, 4}, p), adjust({graph, 4}, p));
    graph.weights = {1.0, 0.0, 0.0, 0.0};
    EXPECT_EQ(adjust({sequence, 4}, p), adjust({graph, 4}, p));
  }
}

TEST_F(SetsOfP, AGraphIsItsClosedTest) {
  for (int k = 0; k < 20; ++k) {
    const MultiplicityRules rules = graph(5);
    const Multiplicity procedure(rules, 5);
    for (const Values& p : sets(5, 20)) {
      const Values closed = close(5, [&](std::uint64_t members) {
        HypothesisGraph left(rules.weights, rules.transitions);
        for (std::size_t h = 0; h < 5; ++h) {
          if ((members >> h & 1U) == 0) left.reject(h);
        }
        double least = 1.0;
        for (std::size_t h = 0; h < 5; ++h) {
          if ((members >> h & 1U) != 0) least = std::min(least, left.alpha_of(h, p[h]));
        }
        return least;
      });
      expect_near(adjust(procedure, p), closed, 1e-12);
    }
  }
}

TEST_F(SetsOfP, HommelIsItsClosedTest) {
  for (const Values& p : sets(6)) {
    const Values closed = close(6, [&](std::uint64_t members) {
      Values of;
      for (std::size_t h = 0; h < 6; ++h) {
        if ((members >> h & 1U) != 0) of.push_back(p[h]);
      }
      std::sort(of.begin(), of.end());
      double simes = 1.0;
      for (std::size_t k = 0; k < of.size(); ++k) {
        simes = std::min(simes, static_cast<double>(of.size()) * of[k] / static_cast<double>(k + 1));
      }
      return simes;
    });
    expect_near(adjust(Method::hommel, p), closed);
  }
}

TEST_F(SetsOfP, SteppingDownIsTheClosedDunnettTest) {
  constexpr double df = 9.0;
  const Multiplicity procedure = dunnett(Method::dunnett_step_down, 4, 0.5);
  const GreatestOfMany greatest(procedure.rules().joint.correlation, 4, GreatestOfMany::Tail::both);
  for (const Values& p : sets(4, 40)) {
    const Values closed = close(4, [&](std::uint64_t members) {
      double smallest = 1.0;
      for (std::size_t h = 0; h < 4; ++h) {
        if ((members >> h & 1U) != 0) smallest = std::min(smallest, p[h]);
      }
      return smallest < 1.0 ? greatest.tail(members, -student_quantile(smallest / 2.0, df), df) : 1.0;
    });
    expect_near(adjust(procedure, p, df), closed, 1e-10);
  }
}

TEST(Multiplicity, DunnettOfIndependentTestsIsSidaks) {
  const Values p{0.01, 0.2, 0.5};
  const Values adjusted = adjust(dunnett(Method::dunnett, 3, 0.0), p);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(adjusted[i], 1.0 - std::pow(1.0 - p[i], 3), 1e-10);
}

TEST(Multiplicity, AOneSidedPThatWasDoubledCountsOnce) {
  const Values once = adjust(dunnett(Method::dunnett, 3, 0.5, false), {0.01, 0.02, 0.2}, 20.0);
  const Values doubled = adjust(dunnett(Method::dunnett, 3, 0.5, false, 2.0), {0.02, 0.04, 0.4}, 20.0);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(doubled[i], 2.0 * once[i], 1e-10);
}

TEST(Multiplicity, DunnettWithHardlyAnyDegreesOfFreedomIsBonferronis) {
  EXPECT_EQ(adjust(dunnett(Method::dunnett, 2, 0.5), {0.125, 0.75}, 1e-9), (Values{0.25, 1.0}));
  EXPECT_EQ(adjust(dunnett(Method::dunnett_step_down, 2, 0.5), {0.125, 0.75}, std::nan("")),
            (Values{0.25, 0.75}));
}

TEST(Multiplicity, APOfNothingIsRejectedAtOnce) {
  for (const double df : {3.5, 100.0, normal}) {
    EXPECT_EQ(adjust(dunnett(Method::dunnett, 2, 0.5), {0.0, 0.75}, df)[0], 0.0) << df;
  }
}

TEST(MultiplicityDeathTest, ListsOfDifferentLengthsAreABrokenPromise) {
  const Values p{0.1, 0.2};
  Values adjusted(1);
  Multiplicity::Scratch scratch;
  EXPECT_DEATH(Multiplicity(Method::holm)(p, {}, adjusted, scratch), "adjusted");
}

}  // namespace
}  // namespace equipoise
