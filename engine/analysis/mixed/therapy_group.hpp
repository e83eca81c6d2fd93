#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// A random effect of each therapy group at one visit. Equations: engine/methods/mixed.md.
[[nodiscard]] Estimate therapy_group(const TrialData& data, const Contrast& contrast,
                                     const Question& question, const MixedOptions& options,
                                     AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
