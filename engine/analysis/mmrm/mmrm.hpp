#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Mixed model for repeated measures: the endpoint's values at the visits after baseline, a mean for each arm
/// and visit, covariates, and a covariance over visits that participants of one arm or of all share.
///
/// Status: too_few with fewer than two participants in a compared arm or no residual degree of freedom;
/// singular where the data do not determine the contrast or a covariance parameter; not_converged.
/// Equations: engine/methods/mmrm.md.
[[nodiscard]] Estimate mmrm(const TrialData& data, const Contrast& contrast, const Question& question,
                            const MmrmOptions& options, AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
