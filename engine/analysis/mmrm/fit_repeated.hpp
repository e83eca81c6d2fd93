#pragma once

#include "engine/analysis/analyse.hpp"
#include "engine/analysis/mmrm/read_repeated_measures.hpp"
#include "engine/analysis/mmrm/repeated_fit.hpp"

namespace equipoise {

/// Fits `covariance` (over data.visits) to what has been read into the fit: sets its mean, likelihood, status
/// and iterations. `months`: empty where visits are a factor.
void fit_covariance(const CovarianceModel& covariance, Likelihood likelihood, std::span<const double> months,
                    RepeatedFit& fit);

/// The MMRM of these options fitted to the trial, or the workspace's own where it is already that.
[[nodiscard]] RepeatedFit& fit_mmrm(const TrialData& data, const Contrast& contrast,
                                    const MmrmOptions& options, AnalysisWorkspace& workspace);

}  // namespace equipoise
