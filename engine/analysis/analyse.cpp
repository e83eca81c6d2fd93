#include "engine/analysis/analyse.hpp"

#include "engine/analysis/ancova.hpp"
#include "engine/analysis/gee/gee.hpp"
#include "engine/analysis/logistic/logistic.hpp"
#include "engine/analysis/mean_difference.hpp"
#include "engine/analysis/mixed/mixed.hpp"
#include "engine/analysis/mmrm/mmrm.hpp"
#include "engine/analysis/proportions.hpp"
#include "engine/analysis/rank_sum.hpp"

namespace equipoise {
namespace {

/// One function a method, chosen by the type of its options.
struct Fit {
  const TrialData& data;
  const Contrast& contrast;
  const Question& question;
  AnalysisWorkspace& workspace;
  FitDetails* details;

  Estimate operator()(const MeanDifferenceOptions& options) const {
    return mean_difference(data, contrast, question, options, workspace, details);
  }
  Estimate operator()(const AncovaOptions& options) const {
    return ancova(data, contrast, question, options, workspace, details);
  }
  Estimate operator()(const MmrmOptions& options) const {
    return mmrm(data, contrast, question, options, workspace, details);
  }
  Estimate operator()(const MixedOptions& options) const {
    return mixed(data, contrast, question, options, workspace, details);
  }
  Estimate operator()(const LogisticOptions& options) const {
    return logistic(data, contrast, question, options, workspace, details);
  }
  Estimate operator()(const GeeOptions& options) const {
    return gee(data, contrast, question, options, workspace, details);
  }
  Estimate operator()(const RankSumOptions& options) const {
    return rank_sum(data, contrast, question, options, workspace, details);
  }
  Estimate operator()(const ProportionsOptions& options) const {
    return proportions(data, contrast, question, options, workspace, details);
  }
};

struct MethodName {
  std::string_view operator()(const MeanDifferenceOptions&) const { return "mean_difference"; }
  std::string_view operator()(const AncovaOptions&) const { return "ancova"; }
  std::string_view operator()(const MmrmOptions&) const { return "mmrm"; }
  std::string_view operator()(const MixedOptions&) const { return "mixed"; }
  std::string_view operator()(const LogisticOptions&) const { return "logistic"; }
  std::string_view operator()(const GeeOptions&) const { return "gee"; }
  std::string_view operator()(const RankSumOptions&) const { return "rank_sum"; }
  std::string_view operator()(const ProportionsOptions&) const { return "proportions"; }
};

}  // namespace

Contrast contrast_of(const Hypothesis& hypothesis, Direction better) {
  return {.endpoint = hypothesis.endpoint,
          .visit = hypothesis.visit,
          .treatment = hypothesis.treatment,
          .comparator = hypothesis.comparator,
          .transform = hypothesis.transform,
          .better = better,
          .averaged_visits = hypothesis.averaged_visits};
}

std::string_view method_name(const AnalysisOptions& options) {
  return std::visit(MethodName{}, options);
}

std::optional<EstimateScale> marginal_scale(const Contrast& contrast, const AnalysisOptions& options) {
  const auto odds_ratio = [&](const std::vector<Covariate>& adjust) {
    const bool marginal = adjust.empty() && contrast.averaged_visits == 0;
    return marginal ? std::optional(EstimateScale::log_odds_ratio) : std::nullopt;
  };
  if (const auto* logistic = std::get_if<LogisticOptions>(&options)) {
    if (logistic->measure == LogisticOptions::Measure::odds_ratio) return odds_ratio(logistic->adjust);
    if (logistic->measure == LogisticOptions::Measure::risk_ratio) return EstimateScale::log_risk_ratio;
  }
  if (const auto* gee = std::get_if<GeeOptions>(&options)) {
    if (gee->link == GeeOptions::Link::logit) return odds_ratio(gee->adjust);
  }
  if (const auto* rank_sum = std::get_if<RankSumOptions>(&options)) {
    return rank_sum->by_site ? std::nullopt : std::optional(EstimateScale::share_of_pairs);
  }
  return EstimateScale::difference;
}

Estimate analyse(const TrialData& data, const Contrast& contrast, const Question& question,
                 const AnalysisOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  workspace.reals.reset();
  workspace.indices.reset();
  return std::visit(Fit{data, contrast, question, workspace, details}, options);
}

}  // namespace equipoise
