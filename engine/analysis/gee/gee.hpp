#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Generalized estimating equations over participants' visits, or over therapy groups at one visit, with the
/// sandwich standard error in its small-sample versions.
///
/// Status: too_few with fewer than two participants in a compared arm or no degree of freedom; singular where
/// the data do not determine the contrast; separated where a probability goes to zero or one; not_converged
/// also where a working correlation is not one. Clusters may be of any size. Equations:
/// engine/methods/gee.md.
[[nodiscard]] Estimate gee(const TrialData& data, const Contrast& contrast, const Question& question,
                           const GeeOptions& options, AnalysisWorkspace& workspace, FitDetails* details);

}  // namespace equipoise
