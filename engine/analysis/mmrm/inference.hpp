#pragma once

#include <span>

#include "engine/analysis/analyse.hpp"
#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_fit.hpp"

namespace equipoise {

/// How a contrast's standard error and degrees of freedom are found.
struct InferenceRules {
  DfMethod df = DfMethod::kenward_roger;
  StandardError se = StandardError::model;
  Information information = Information::observed;
};

/// A variance and the degrees of freedom it stands on; not found where the information about the covariance
/// parameters is singular.
struct Spread {
  double variance = 0.0;
  double df = 0.0;
  bool found = false;
};

/// Of l'beta, a linear function of the free coefficients of a fit whose status is ok or boundary.
/// `within`: it is a change within participants, which between_within df count otherwise.
[[nodiscard]] Spread spread_of(RepeatedFit& fit, const InferenceRules& rules, std::span<const double> l,
                               bool within, Arena<double>& reals);

/// Answers the contrast from a fit whose status is ok or boundary. Status: too_few where a compared arm has
/// fewer than two participants or no degree of freedom is left; singular where the data do not determine the
/// contrast; otherwise the fit's.
[[nodiscard]] Estimate infer(RepeatedFit& fit, const Contrast& contrast, const Question& question,
                             const InferenceRules& rules, AnalysisWorkspace& workspace);

}  // namespace equipoise
