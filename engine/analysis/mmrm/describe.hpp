#pragma once

#include <span>

#include "engine/analysis/mmrm/repeated_fit.hpp"

namespace equipoise {

/// Writes what a fit knows: likelihood, counts, coefficients on the scale of the data with model-based
/// standard errors, and each group's covariance over the visits.
void describe(const RepeatedFit& fit, bool over_time, FitDetails& details);

}  // namespace equipoise
