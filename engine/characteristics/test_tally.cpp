#include "engine/characteristics/test_tally.hpp"

#include <algorithm>
#include <cmath>

#include "engine/characteristics/proportion.hpp"

namespace equipoise {

TestTally::TestTally(const Plan& plan, std::span<const TrueValue> truths) : tests_(plan.tests.size()) {
  for (std::size_t h = 0; h < tests_.size(); ++h) {
    tests_[h].first = analyses_.size();
    tests_[h].count = plan.tests[h].analyses.size();
    analyses_.resize(analyses_.size() + tests_[h].count);
    for (const PlannedAnalysis& planned : plan.tests[h].analyses) {
      Reference& of = references_.emplace_back();
      of.scale = marginal_scale(plan.tests[h].contrast, planned.options);
      of.truth = truths[h].on(of.scale);
      for (std::size_t k = 0; k < planned.fallbacks.size(); ++k) {
        of.another_scale[k] = marginal_scale(plan.tests[h].contrast, planned.fallbacks[k]) != of.scale;
      }
    }
    const Hypothesis& hypothesis = plan.design.hypotheses[h];
    tests_[h].side = side_of(truths[h], plan.tests[h], hypothesis, plan.level);
    tests_[h].counts_either = hypothesis.power_counts == PowerCounts::either;
  }
}

void TestTally::clear() {
  trials_ = any_ = all_ = any_true_null_ = 0;
  for (OfTest& test : tests_) test.shown = test.rejected = test.for_harm = 0;
  std::fill(analyses_.begin(), analyses_.end(), OfAnalysis{});
}

void TestTally::add(const TrialOutcome& outcome) {
  ++trials_;
  std::size_t shown = 0;
  bool true_null = false;
  for (std::size_t h = 0; h < tests_.size(); ++h) {
    const TestOutcome& from = outcome.tests[h];
    OfTest& to = tests_[h];
    shown += from.shown ? 1U : 0U;
    to.shown += from.shown ? 1U : 0U;
    to.rejected += from.rejected ? 1U : 0U;
    to.for_harm += from.rejected_for_harm() ? 1U : 0U;
    true_null = true_null || (from.rejected && to.side.null_is_true);
    add_analyses(to, from);
  }
  any_ += shown > 0 ? 1U : 0U;
  all_ += shown == tests_.size() ? 1U : 0U;
  any_true_null_ += true_null ? 1U : 0U;
}

void TestTally::add_analyses(const OfTest& test, const TestOutcome& outcome) {
  PairedSums::Result protocol;
  for (std::size_t a = 0; a < test.count; ++a) {
    const AnalysisOutcome& from = outcome.analyses[a];
    OfAnalysis& to = analyses_[test.first + a];
    const FitStatus own = from.status;
    const bool counts = test.counts_either || !from.favours_comparator;
    to.rejected += from.rejected ? 1U : 0U;
    to.for_harm += from.rejected_for_harm() ? 1U : 0U;
    to.shown += from.rejected && counts ? 1U : 0U;
    to.rejected_by_own_fit += from.rejected_by_own_fit ? 1U : 0U;
    to.shown_by_own_fit += from.rejected_by_own_fit && counts ? 1U : 0U;
    to.own_fits += own == FitStatus::ok || own == FitStatus::boundary ? 1U : 0U;
    ++to.status[static_cast<std::size_t>(own)];
    PairedSums::Result result;
    result.rejected = from.rejected;
    result.shown = from.rejected && counts;
    result.usable = from.estimate.usable();
    if (result.usable) {
      const double squared_se = from.estimate.se * from.estimate.se;
      const double truth = references_[test.first + a].truth.value;
      to.estimate.add(from.estimate.value);
      to.squared_se.add(squared_se);
      result.covered = from.estimate.lower <= truth && truth <= from.estimate.upper;
      to.covered += result.covered ? 1U : 0U;
      if (from.used > 0) ++to.used[from.used - 1U];
      // Without a true value the pair's sums still hold numbers; what they say of bias is not told.
      result.error = from.estimate.value - (std::isnan(truth) ? 0.0 : truth);
      result.squared_se = squared_se;
    }
    if (a == 0) {
      protocol = result;
    } else {
      to.against_protocol.add(protocol, result);
    }
  }
}

void TestTally::merge(const TestTally& other) {
  trials_ += other.trials_;
  any_ += other.any_;
  all_ += other.all_;
  any_true_null_ += other.any_true_null_;
  for (std::size_t h = 0; h < tests_.size(); ++h) {
    OfTest& to = tests_[h];
    const OfTest& from = other.tests_[h];
    to.shown += from.shown;
    to.rejected += from.rejected;
    to.for_harm += from.for_harm;
  }
  for (std::size_t a = 0; a < analyses_.size(); ++a) {
    OfAnalysis& to = analyses_[a];
    const OfAnalysis& from = other.analyses_[a];
    to.shown += from.shown;
    to.rejected += from.rejected;
    to.for_harm += from.for_harm;
    to.rejected_by_own_fit += from.rejected_by_own_fit;
    to.shown_by_own_fit += from.shown_by_own_fit;
    to.own_fits += from.own_fits;
    to.covered += from.covered;
    to.estimate.merge(from.estimate);
    to.squared_se.merge(from.squared_se);
    for (std::size_t s = 0; s < fit_status_count; ++s) to.status[s] += from.status[s];
    for (std::size_t k = 0; k < most_fallbacks; ++k) to.used[k] += from.used[k];
    to.against_protocol.merge(from.against_protocol);
  }
}

double TestTally::worst_power_mcse() const {
  double worst = 0.0;
  for (const OfTest& test : tests_) {
    const std::uint64_t counted = test.side.null_is_true ? test.rejected : test.shown;
    // Two successes and two failures are added (Agresti and Coull 1998): a power of 0 or 1 so far is not yet
    // known exactly.
    worst = std::max(worst, proportion(counted + 2, trials_ + 4).mcse);
  }
  return worst;
}

bool TestTally::mixes_scales(std::size_t analysis) const {
  for (std::size_t k = 0; k < most_fallbacks; ++k) {
    if (analyses_[analysis].used[k] > 0 && references_[analysis].another_scale[k]) return true;
  }
  return false;
}

Simulated TestTally::answered_share(std::uint64_t part, std::uint64_t answers) const {
  return answers == 0 ? TrueValue::none : proportion(part, trials_);
}

Simulated TestTally::harm_of(std::uint64_t for_harm, const Question& question, std::uint64_t answers) const {
  return question.directional() ? Simulated{} : answered_share(for_harm, answers);
}

AnalysisCharacteristics TestTally::of_analysis(std::size_t analysis, const PlannedAnalysis& planned,
                                               const Question& question) const {
  const OfAnalysis& sums = analyses_[analysis];
  const Simulated& truth = references_[analysis].truth;
  const auto usable = static_cast<double>(sums.estimate.count());
  AnalysisCharacteristics of;
  of.name = planned.name;
  of.truth = truth;
  const std::uint64_t answers = sums.estimate.count();
  of.power = answered_share(sums.shown, answers);
  of.harm = harm_of(sums.for_harm, question, answers);
  of.rejection_rate = answered_share(sums.rejected, answers);
  of.mean_estimate = {sums.estimate.mean(), sums.estimate.standard_error()};
  of.bias = {sums.estimate.mean() - truth.value, std::hypot(sums.estimate.standard_error(), truth.mcse)};
  // The standard error of a standard deviation, and by the delta method of a root mean (Morris, White and
  // Crowther, Statistics in Medicine 2019;38:2074, table 6).
  of.empirical_se = {sums.estimate.sd(), sums.estimate.sd() / std::sqrt(2.0 * (usable - 1.0))};
  const double model_se = std::sqrt(sums.squared_se.mean());
  of.model_se = {model_se, sums.squared_se.standard_error() / (2.0 * model_se)};
  of.coverage = proportion(sums.covered, sums.estimate.count());
  if (std::isnan(truth.value)) of.coverage = TrueValue::none;
  if (mixes_scales(analysis)) {
    of.mean_estimate = of.bias = of.empirical_se = of.model_se = of.coverage = TrueValue::none;
  }
  of.status = sums.status;
  of.rules = {answered_share(sums.shown_by_own_fit, answers),
              proportion(sums.shown_by_own_fit, sums.own_fits), of.power};
  of.rejection_rules = {answered_share(sums.rejected_by_own_fit, answers),
                        proportion(sums.rejected_by_own_fit, sums.own_fits), of.rejection_rate};
  for (std::size_t k = 0; k < planned.fallback_names.size(); ++k) {
    of.fallbacks.push_back({planned.fallback_names[k], sums.used[k]});
  }
  of.unanswered = trials_ - sums.estimate.count();
  return of;
}

TestCharacteristics TestTally::of_test(std::size_t test, const Plan& plan) const {
  const OfTest& sums = tests_[test];
  const Question& question = plan.tests[test].question;
  TestCharacteristics of;
  of.name = plan.design.hypotheses[test].name;
  const Reference& reference = references_[sums.first];
  of.truth = reference.truth;
  of.null_is_true = sums.side.null_is_true;
  of.wrong_side = sums.side.wrong;
  for (std::size_t a = 0; a < sums.count; ++a) {
    of.analyses.push_back(of_analysis(sums.first + a, plan.tests[test].analyses[a], question));
    if (a == 0) continue;
    PairedDifference& by = of.analyses.back().difference;
    by = analyses_[sums.first + a].against_protocol.difference();
    const std::optional<EstimateScale>& scale = references_[sums.first + a].scale;
    const bool mixed = mixes_scales(sums.first) || mixes_scales(sums.first + a);
    if (scale && scale == reference.scale && !mixed) continue;
    by.bias = by.empirical_se = by.model_se = TrueValue::none;
    if (mixed || std::isnan(of.analyses.back().truth.value) || std::isnan(of.truth.value)) {
      by.coverage = TrueValue::none;
    }
  }
  const AnalysisCharacteristics& protocol = of.analyses.front();
  const std::uint64_t answers = analyses_[sums.first].estimate.count();
  of.power = answered_share(sums.shown, answers);
  of.harm = harm_of(sums.for_harm, question, answers);
  of.rejection_rate = answered_share(sums.rejected, answers);
  of.power_alone = protocol.power;
  of.mean_estimate = protocol.mean_estimate;
  of.bias = protocol.bias;
  of.empirical_se = protocol.empirical_se;
  of.model_se = protocol.model_se;
  of.coverage = protocol.coverage;
  of.status = protocol.status;
  return of;
}

void TestTally::describe(const Plan& plan, Characteristics& all) const {
  all.trials = trials_;
  std::uint64_t most_answers = 0;
  std::uint64_t fewest_answers = trials_;
  for (const OfTest& test : tests_) {
    most_answers = std::max<std::uint64_t>(most_answers, analyses_[test.first].estimate.count());
    fewest_answers = std::min<std::uint64_t>(fewest_answers, analyses_[test.first].estimate.count());
  }
  all.any = answered_share(any_, most_answers);
  all.all = answered_share(all_, fewest_answers);
  const bool any_null =
      std::ranges::any_of(tests_, [](const OfTest& test) { return test.side.null_is_true; });
  if (any_null && tests_.size() > 1) all.familywise_error = proportion(any_true_null_, trials_);
  for (std::size_t h = 0; h < tests_.size(); ++h) all.tests.push_back(of_test(h, plan));
}

}  // namespace equipoise
