#pragma once

#include <string>

#include "engine/trial/run_trial.hpp"

namespace equipoise {

/// One virtual trial as a long data set, a row for each participant and visit: who, where, which arm and
/// group, sessions attended, whether the visit was attended, and for each endpoint what was seen (NA where
/// nothing was) and, as `true_<endpoint>`, what there was to see.
[[nodiscard]] std::string trial_csv(const Plan& plan, const TrialWorkspace& trial);

}  // namespace equipoise
