// Wilcoxon's test takes the sum of ranks for normal. How often it then rejects in small trials is a sum over
// the exact distribution of the pairs won, counted here; simulated trials must reject as often.

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "tests/statistical/analysis/drawn_trials.hpp"

namespace equipoise::checks {
namespace {

constexpr double reach = 1.9599639845400545;

/// The probability of each number of pairs won by m people over n, where arms do not differ: ways(m, n, u) =
/// ways(m - 1, n, u - n) + ways(m, n - 1, u), the largest value being one of the m or of the n.
std::vector<double> pairs_won(int m, int n) {
  const auto most = static_cast<std::size_t>(m * n);
  std::vector<std::vector<double>> ways(static_cast<std::size_t>(n) + 1, std::vector<double>(most + 1, 0.0));
  for (auto& of_nobody : ways) of_nobody[0] = 1.0;
  for (int i = 1; i <= m; ++i) {
    for (std::size_t j = 1; j < ways.size(); ++j) {
      for (std::size_t u = most + 1; u-- > 0;) {
        ways[j][u] = (u >= j ? ways[j][u - j] : 0.0) + ways[j - 1][u];
      }
    }
  }
  double all = 0.0;
  for (const double count : ways.back()) all += count;
  for (double& count : ways.back()) count /= all;
  return ways.back();
}

double null_variance(int m, int n) {
  return m * n * (m + n + 1) / 12.0;
}

TEST(StatisticalRankSum, RejectsAsOftenAsTheCountedRanksSay) {
  constexpr int m = 9;
  constexpr int n = 7;
  const std::vector<double> exact = pairs_won(m, n);
  double level = 0.0;
  for (std::size_t u = 0; u < exact.size(); ++u) {
    const double z = (static_cast<double>(u) - 0.5 * m * n) / std::sqrt(null_variance(m, n));
    if (std::abs(z) >= reach) level += exact[u];
  }
  EXPECT_NEAR(level, 0.05, 0.01);
  TrialData data = blank_trial({n, m});
  AnalysisWorkspace workspace;
  Frequency rejected;
  Frequency by_placements;  // twin: the standard error that holds where arms differ
  const auto draw = [&](Stream& stream) {
    const Exponential exponential(1.0);
    for (double& value : values_at(data, 1)) value = exponential(stream);
  };
  for_each_draw(31, draw, [&] {
    const Estimate estimate =
        analyse(data, first_arms_at(1), two_sided_question(), RankSumOptions{}, workspace);
    rejected.add(estimate.p <= 0.05);
    by_placements.add(std::abs(estimate.value) >= reach * estimate.se);
  });
  EXPECT_GT(rejected.p_value(level), false_alarm) << rejected.count << " " << level;
  EXPECT_LT(by_placements.p_value(level), false_alarm) << by_placements.count;
}

TEST(StatisticalRankSum, BySiteRejectsAsOftenAsTheCountedRanksOfItsSitesSay) {
  // Two sites of 6 + 5 and 4 + 7, far apart.
  const std::vector<double> first = pairs_won(6, 5);
  const std::vector<double> second = pairs_won(4, 7);
  const double weight = 1.0 / 12.0;  // both sites have eleven people
  const double sd = weight * std::sqrt(null_variance(6, 5) + null_variance(4, 7));
  double level = 0.0;
  for (std::size_t u = 0; u < first.size(); ++u) {
    for (std::size_t w = 0; w < second.size(); ++w) {
      const double sum = weight * (static_cast<double>(u + w) - 0.5 * (30.0 + 28.0));
      if (std::abs(sum) >= reach * sd) level += first[u] * second[w];
    }
  }
  TrialData data = blank_trial({12, 10});
  for (std::size_t i = 0; i < 22; ++i) data.site[i] = i < 5 || (i >= 12 && i < 18) ? 0 : 1;
  AnalysisWorkspace workspace;
  Frequency rejected;
  Frequency without_sites;  // twin: the same trials as one stratum
  const auto draw = [&](Stream& stream) {
    const Normal normal;
    const auto value = values_at(data, 1);
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = normal(stream) + 3.0 * data.site[i];
  };
  for_each_draw(32, draw, [&] {
    const auto rejects = [&](bool by_site) {
      return analyse(data, first_arms_at(1), two_sided_question(), RankSumOptions{by_site}, workspace).p <=
             0.05;
    };
    rejected.add(rejects(true));
    without_sites.add(rejects(false));
  });
  EXPECT_GT(rejected.p_value(level), false_alarm) << rejected.count << " " << level;
  EXPECT_LT(without_sites.p_value(level), false_alarm) << without_sites.count;
}

TEST(StatisticalRankSum, TheIntervalCoversWhereArmsDiffer) {
  // One arm is shifted and less variable. With 50 people an arm the interval is a normal one of a share near
  // its middle: within half a percentage point.
  constexpr double shift = 0.3;
  constexpr double sd = 0.1;
  const double truth = normal_cdf(shift / std::sqrt(1.0 + sd * sd)) - 0.5;
  TrialData data = blank_trial({80, 80});
  AnalysisWorkspace workspace;
  Frequency covered;
  Frequency by_null;  // twin: the variance of arms that do not differ
  const double null_reach = reach * std::sqrt(null_variance(80, 80)) / 6400.0;
  const auto draw = [&](Stream& stream) {
    const Normal normal;
    const auto value = values_at(data, 1);
    for (std::size_t i = 0; i < 160; ++i) value[i] = i < 80 ? normal(stream) : shift + sd * normal(stream);
  };
  for_each_draw(33, draw, [&] {
    const Estimate estimate =
        analyse(data, first_arms_at(1), two_sided_question(), RankSumOptions{}, workspace);
    covered.add(estimate.lower <= truth && truth <= estimate.upper);
    by_null.add(std::abs(estimate.value - truth) <= null_reach);
  });
  EXPECT_GT(covered.p_value(0.945, 0.955), false_alarm) << covered.count;
  EXPECT_LT(by_null.p_value(0.945, 0.955), false_alarm) << by_null.count;
}

}  // namespace
}  // namespace equipoise::checks
