#include "engine/analysis/rank_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/analysis/sample.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

/// What one stratum says, with m treated and n others of N = m + n:
///
///   larger    = W - m (m + 1) / 2: pairs in which the treated value is the larger, ties counting half
///   null      = m n / 12 [N + 1 - sum (t^3 - t) / (N (N - 1))], its variance where arms do not differ, t
///   ties a value placement = its variance where they do, from the shares of the other arm below each value
///   (DeLong)
struct Stratum {
  double treated = 0.0;
  double others = 0.0;
  double larger = 0.0;
  double null = 0.0;
  double placement = 0.0;
};

/// Squared deviations of m numbers from their mean, from their sum and sum of squares.
double squared_deviations(double sum, double squares, double count) {
  return std::max(0.0, squares - sum * sum / count);
}

class Ranks {
 public:
  Ranks(const TrialData& data, const Contrast& contrast, AnalysisWorkspace& workspace)
      : data_(data), contrast_(contrast), workspace_(workspace) {}

  [[nodiscard]] Stratum operator()(std::span<const std::uint32_t> people) {
    const std::span<double> values = workspace_.reals.take(people.size());
    read_outcome(data_, contrast_, people, values);
    const std::span<std::uint32_t> order = workspace_.indices.take(people.size());
    for (std::size_t j = 0; j < order.size(); ++j) order[j] = static_cast<std::uint32_t>(j);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
      return values[a] != values[b] ? values[a] < values[b] : a < b;
    });
    const auto treated = [&](std::uint32_t j) { return data_.arm[people[j]] == contrast_.treatment.value; };
    Stratum of;
    for (std::size_t j = 0; j < people.size(); ++j) {
      (treated(static_cast<std::uint32_t>(j)) ? of.treated : of.others) += 1.0;
    }
    double below_treated = 0.0;  // treated with a smaller value than the tie at hand
    double below_others = 0.0;
    double ties = 0.0;
    double sum_t = 0.0, squares_t = 0.0, sum_o = 0.0, squares_o = 0.0;
    for (std::size_t first = 0; first < order.size();) {
      std::size_t last = first;
      double here_treated = 0.0;
      double here_others = 0.0;
      for (; last < order.size() && values[order[last]] == values[order[first]]; ++last) {
        (treated(order[last]) ? here_treated : here_others) += 1.0;
      }
      const double below_a_treated = below_others + 0.5 * here_others;
      const double below_an_other = below_treated + 0.5 * here_treated;
      of.larger += here_treated * below_a_treated;
      sum_t += here_treated * below_a_treated;
      squares_t += here_treated * below_a_treated * below_a_treated;
      sum_o += here_others * below_an_other;
      squares_o += here_others * below_an_other * below_an_other;
      const double tied = here_treated + here_others;
      ties += tied * tied * tied - tied;
      below_treated += here_treated;
      below_others += here_others;
      first = last;
    }
    const double m = of.treated;
    const double n = of.others;
    const double all = m + n;
    if (m > 0.0 && n > 0.0 && all > 1.0) of.null = m * n / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    if (m > 1.0 && n > 1.0) {
      of.placement = m * squared_deviations(sum_t, squares_t, m) / (m - 1.0) +
                     n * squared_deviations(sum_o, squares_o, n) / (n - 1.0);
    } else {
      of.placement = of.null;
    }
    return of;
  }

 private:
  const TrialData& data_;
  const Contrast& contrast_;
  AnalysisWorkspace& workspace_;
};

}  // namespace

Estimate rank_sum(const TrialData& data, const Contrast& contrast, const Question& question,
                  const RankSumOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  const Sample sample = observed_sample(data, contrast, ModelArms::compared, {}, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  const auto everybody = static_cast<std::uint32_t>(sample.count());
  SampleBySite strata{sample.participants, {&everybody, 1}};
  if (options.by_site) strata = by_site(data, sample, workspace);

  // Van Elteren's statistic weighs a stratum's sum of ranks by 1 / (N + 1). The share of pairs won, m n of
  // them in a stratum, is weighed alike: m n / (N + 1).
  Ranks ranks(data, contrast, workspace);
  double won = 0.0, weights = 0.0, null = 0.0, placement = 0.0;
  std::size_t start = 0;
  for (const std::uint32_t end : strata.ends) {
    const Stratum of = ranks(strata.participants.subspan(start, end - start));
    start = end;
    if (of.treated == 0.0 || of.others == 0.0) continue;
    const double weight = 1.0 / (of.treated + of.others + 1.0);
    won += weight * of.larger;
    weights += weight * of.treated * of.others;
    null += weight * weight * of.null;
    placement += weight * weight * of.placement;
  }
  if (!(weights > 0.0)) return failed(FitStatus::too_few);
  if (!(null > 0.0)) return failed(FitStatus::singular);
  if (details != nullptr) details->participants = details->observations = sample.count();

  const double value = won / weights - 0.5;
  const double null_se = std::sqrt(null) / weights;
  // Arms that do not overlap have no spread of their own.
  const double se = placement > 0.0 ? std::sqrt(placement) / weights : null_se;
  constexpr double infinite = std::numeric_limits<double>::infinity();
  Estimate estimate = student_test(value, se, infinite, question, workspace);
  const auto statistic = [&](double at) { return (value - at) / (at == 0.0 ? null_se : se); };
  const Question::Answer answer = question.ask(statistic, [](double z) { return normal_cdf(-z); });
  estimate.statistic = answer.statistic;
  estimate.p = answer.p;
  return estimate;
}

}  // namespace equipoise
