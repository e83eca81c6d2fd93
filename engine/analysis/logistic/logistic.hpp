#pragma once

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Logistic regression of a yes/no outcome at one visit on arms, baselines and sites: the log odds ratio of
/// the treatment, or by standardization over the analysed participants a difference or (log) ratio of risks.
///
/// Status: too_few with fewer than two participants in a compared arm; separated where arms or covariates
/// foretell the outcome so well that a coefficient has no bound; singular where a column is a combination of
/// others. Equations: engine/methods/logistic.md.
[[nodiscard]] Estimate logistic(const TrialData& data, const Contrast& contrast, const Question& question,
                                const LogisticOptions& options, AnalysisWorkspace& workspace,
                                FitDetails* details);

}  // namespace equipoise
