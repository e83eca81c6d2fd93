#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Linear mixed models with random effects. Equations: engine/methods/mixed.md.
[[nodiscard]] Estimate mixed(const TrialData& data, const Contrast& contrast, const Question& question,
                             const MixedOptions& options, AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
