#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Difference of two proportions of an outcome that is 0 or 1: score test (Farrington and Manning's where the
/// null is not 0), Newcombe's hybrid score interval, Wald standard error, infinite df.
///
/// Status: too_few with fewer than two participants in an arm. Equations: engine/methods/proportions.md.
[[nodiscard]] Estimate proportions(const TrialData& data, const Contrast& contrast, const Question& question,
                                   const ProportionsOptions& options, AnalysisWorkspace& workspace,
                                   FitDetails* details);

}  // namespace equipoise
