#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Generalized estimating equations. Equations: engine/methods/gee.md.
[[nodiscard]] Estimate gee(const TrialData& data, const Contrast& contrast, const Question& question,
                           const GeeOptions& options, AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
