#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Analysis of covariance: least squares of the outcome on arms, baseline values and sites; the contrast is
/// the coefficient of the treatment arm against the comparator, the residual variance is one for all arms in
/// the model.
///
/// Status: too_few with fewer than two participants in a compared arm or no residual degree of freedom;
/// singular where a column cannot be told from the others, or where the model leaves no residual variance.
/// Arms and sites without anybody are left out and cost nothing. Equations: engine/methods/ancova.md.
[[nodiscard]] Estimate ancova(const TrialData& data, const Contrast& contrast, const Question& question,
                              const AncovaOptions& options, AnalysisWorkspace& workspace,
                              FitDetails* details);

}  // namespace equipoise
