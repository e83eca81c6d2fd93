#pragma once

#include "engine/cohort/cohort_process.hpp"
#include "engine/cohort/dropout.hpp"

namespace equipoise {

/// The intercepts under which every goal's retention holds. Where the loss depends on the arm alone they are
/// exact; where it depends on what people attend and feel they are solved over a fixed large cohort, always
/// the same one, so that the retention has a standard error of about 0.001 (engine/methods/cohort.md).
[[nodiscard]] Dropout solve_dropout(const Design& design, const CohortProcess& process,
                                    const OutcomeModel& model, const DropoutRules& rules);

}  // namespace equipoise
