#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// A random intercept and slope over the visits. Equations: engine/methods/mixed.md.
[[nodiscard]] Estimate intercept_slope(const TrialData& data, const Contrast& contrast,
                                       const Question& question, const MixedOptions& options,
                                       AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
