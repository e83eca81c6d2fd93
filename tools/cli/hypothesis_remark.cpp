#include "tools/cli/hypothesis_remark.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "engine/analysis/analyse.hpp"
#include "tools/cli/analysis_scale.hpp"
#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

/// Whether the procedure tests each hypothesis, once its turn has come, at the whole alpha.
bool at_whole_alpha(const Plan& plan) {
  if (plan.tests.size() == 1) return true;
  const MultiplicityMethod method = plan.multiplicity.method();
  return method == MultiplicityMethod::none || method == MultiplicityMethod::co_primary ||
         method == MultiplicityMethod::fixed_sequence;
}

/// The level of a one-sided test: one side's part of what the two-sided tests beside it have.
std::string one_sided_level(const Plan& plan) {
  const bool half = plan.level.sides == 2;
  if (!at_whole_alpha(plan)) return half ? "half of the hypothesis' part of alpha" : "its part of alpha";
  return half ? fmt::format("alpha / 2 = {:g}", 0.5 * plan.level.alpha)
              : fmt::format("alpha = {:g}", plan.level.alpha);
}

std::string ratio_remark(const std::string& scale, const char* ratio, const Simulated& truth,
                         const Simulated& mean) {
  const std::string estimates =
      std::isnan(mean.value) ? std::string()
                             : fmt::format("geometric mean of the estimates {}", with_error(ratio_of(mean)));
  if (!std::isnan(truth.value)) {
    return fmt::format("bias and SEs of the {}; {}: true {}{}{}", scale, ratio, with_error(ratio_of(truth)),
                       estimates.empty() ? "" : ", ", estimates);
  }
  if (estimates.empty()) return fmt::format("{}, no true value", scale);
  return fmt::format("SEs of the {}, no true value; {}: {}", scale, ratio, estimates);
}

}  // namespace

std::string test_remark(const Plan& plan, std::size_t hypothesis) {
  const Hypothesis& it = plan.design.hypotheses[hypothesis];
  const std::string level = one_sided_level(plan);
  switch (it.test) {
    case TestKind::superiority:
      if (!(it.margin > 0.0)) return {};
      return fmt::format("superiority by more than {:g}, one-sided at {}", it.margin, level);
    case TestKind::noninferiority:
      return fmt::format("noninferiority (margin {:g}), one-sided at {}", it.margin, level);
    case TestKind::equivalence:
      return fmt::format("equivalence (margin {:g}), two one-sided tests, each at {}", it.margin, level);
  }
  return {};
}

std::string scale_name(const PlannedTest& test, const PlannedAnalysis& analysis) {
  const bool given = ratio_name(analysis) != nullptr && !marginal_scale(test.contrast, analysis.options);
  return scale_of(test.contrast, analysis.options) + (given ? " given covariates or visits" : "");
}

std::string scale_remark(const PlannedTest& test, const PlannedAnalysis& analysis, const Simulated& truth,
                         const Simulated& mean) {
  const std::string scale = scale_name(test, analysis);
  if (const char* const ratio = ratio_name(analysis)) return ratio_remark(scale, ratio, truth, mean);
  if (!std::holds_alternative<RankSumOptions>(analysis.options) || std::isnan(truth.value)) return scale;
  const Simulated index{truth.value + 0.5, truth.mcse};
  return fmt::format("{}; true probabilistic index {}", scale, with_error(index));
}

bool all_are_differences_of_means(const Plan& plan) {
  return std::ranges::all_of(plan.tests, [](const PlannedTest& test) {
    return scale_of(test.contrast, test.protocol().options) == "difference of means";
  });
}

const char* ratio_name(const PlannedAnalysis& analysis) {
  if (const auto* logistic = std::get_if<LogisticOptions>(&analysis.options)) {
    if (logistic->measure == LogisticOptions::Measure::odds_ratio) return "odds ratio";
    if (logistic->measure == LogisticOptions::Measure::risk_ratio) return "risk ratio";
  }
  const auto* gee = std::get_if<GeeOptions>(&analysis.options);
  return gee != nullptr && gee->link == GeeOptions::Link::logit ? "odds ratio" : nullptr;
}

Simulated ratio_of(const Simulated& logarithm) {
  const double ratio = std::exp(logarithm.value);
  return {ratio, ratio * logarithm.mcse};
}

}  // namespace equipoise
