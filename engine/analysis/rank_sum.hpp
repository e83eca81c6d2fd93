#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Wilcoxon's rank sum test of two arms with mid-ranks, by site where asked for (van Elteren): the estimate
/// is the probability that a treated participant's value is the larger, ties counting half, minus a half.
///
/// Status: too_few with fewer than two participants in an arm (by site: in no site both arms); singular where
/// all values are the same. Equations: engine/methods/rank_sum.md.
[[nodiscard]] Estimate rank_sum(const TrialData& data, const Contrast& contrast, const Question& question,
                                const RankSumOptions& options, AnalysisWorkspace& workspace,
                                FitDetails* details);

}  // namespace equipoise
