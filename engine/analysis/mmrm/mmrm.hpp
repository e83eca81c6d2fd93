#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Mixed model for repeated measures. Equations: engine/methods/mmrm.md.
[[nodiscard]] Estimate mmrm(const TrialData& data, const Contrast& contrast, const Question& question,
                            const MmrmOptions& options, AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
