#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Wilcoxon's rank sum test. Equations: engine/methods/rank_sum.md.
[[nodiscard]] Estimate rank_sum(const TrialData& data, const Contrast& contrast, const Question& question,
                                const RankSumOptions& options, AnalysisWorkspace& workspace,
                                FitDetails* details);

}  // namespace equipoise
