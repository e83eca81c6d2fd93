#pragma once

#include <span>

#include "engine/analysis/analyse.hpp"
#include "engine/analysis/mmrm/repeated_fit.hpp"

namespace equipoise {

/// How a contrast's standard error and degrees of freedom are found.
struct InferenceRules {
  DfMethod df = DfMethod::kenward_roger;
  StandardError se = StandardError::model;
  Information information = Information::observed;
};

/// Answers the contrast from a fit whose status is ok or boundary. Status: too_few where a compared arm has
/// fewer than two participants or no degree of freedom is left; singular where the data do not determine the
/// contrast; otherwise the fit's.
[[nodiscard]] Estimate infer(RepeatedFit& fit, const Contrast& contrast, const Question& question,
                             const InferenceRules& rules, AnalysisWorkspace& workspace);

}  // namespace equipoise
