#pragma once

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mixed/nested_data.hpp"
#include "engine/analysis/mixed/nested_likelihood.hpp"

namespace equipoise {

struct NestedMaximum {
  FitStatus status = FitStatus::not_converged;
  int iterations = 0;
};

/// Takes the likelihood to its maximum, from residual variances that are all `variance`. Status: boundary
/// where the variance between groups is zero there; where the groups' sizes differ, the highest of the
/// maxima. Source: engine/methods/mixed.md.
[[nodiscard]] NestedMaximum maximize_nested(NestedLikelihood& likelihood, double variance,
                                            const NestedData& people, Arena<double>& reals);

}  // namespace equipoise
