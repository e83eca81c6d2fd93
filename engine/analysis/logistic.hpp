#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Logistic regression. Equations: engine/methods/logistic.md.
[[nodiscard]] Estimate logistic(const TrialData& data, const Contrast& contrast, const Question& question,
                                const LogisticOptions& options, AnalysisWorkspace& workspace,
                                FitDetails* details);

}  // namespace equipoise
