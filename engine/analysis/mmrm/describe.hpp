#pragma once

#include <span>

#include "engine/analysis/mmrm/inference.hpp"
#include "engine/analysis/mmrm/repeated_fit.hpp"

namespace equipoise {

/// A free coefficient as one of the data's own columns.
struct OwnCoefficient {
  Term term;
  bool is_intercept;  // whose value is taken from the outcomes' origin
};

/// What a free coefficient is in the data's own columns. Covariates were centred and scaled: `l` becomes the
/// weights of the free coefficients that make its value there. `over_time`: visits are months, no factor.
[[nodiscard]] OwnCoefficient own_coefficient(const RepeatedMeasures& data, const MeanModel& mean,
                                             std::size_t coefficient, bool over_time, std::span<double> l);

/// Writes what a fit knows: likelihood, counts, coefficients on the scale of the data with the standard
/// errors and degrees of freedom that the rules give a contrast, and each group's covariance over the visits.
void describe(RepeatedFit& fit, const InferenceRules& rules, bool over_time, Arena<double>& reals,
              FitDetails& details);

}  // namespace equipoise
