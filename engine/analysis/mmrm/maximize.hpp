#pragma once

#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_information.hpp"
#include "engine/analysis/mmrm/repeated_likelihood.hpp"
#include "engine/base/fit_status.hpp"

namespace equipoise {

struct Maximum {
  FitStatus status = FitStatus::not_converged;
  int iterations = 0;
  // U in U'U = the observed information at the maximum; empty where it was not needed there.
  std::span<const double> information;
};

/// Takes the likelihood to its maximum over theta by Newton's method with the observed information (the
/// average of observed and expected where the observed is not positive definite) and step-halving. Ends where
/// the next step would change the log-likelihood by less than rounding does. On success the likelihood stands
/// at the maximum, its gradient found. Status: not_converged; singular where the data do not tell the
/// parameters apart. `information`: of that likelihood.
[[nodiscard]] Maximum maximize(RepeatedLikelihood& likelihood, RepeatedInformation& information,
                               std::span<const double> start, Arena<double>& reals);

}  // namespace equipoise
