#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Student's t test of two means, of equal variances or not (Welch), and its interval.
///
/// Status: too_few with fewer than two participants in an arm; singular where the values do not vary, so that
/// nothing stands beside the difference to measure it by. Equations: engine/methods/mean_difference.md.
[[nodiscard]] Estimate mean_difference(const TrialData& data, const Contrast& contrast,
                                       const Question& question, const MeanDifferenceOptions& options,
                                       AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
