#pragma once

#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_fit.hpp"

namespace equipoise {

struct EmpiricalVariance {
  double variance = 0.0;
  double df = 0.0;  // of its own distribution where the model holds (Bell and McCaffrey)
};

/// The variance of l'beta from the residuals of participants (sandwich), for v = Phi l given as visits x
/// columns of x, with the small-sample version that `kind` names.
[[nodiscard]] EmpiricalVariance empirical_variance(const RepeatedFit& fit, std::span<const double> full_v,
                                                   StandardError kind, Arena<double>& reals);

}  // namespace equipoise
