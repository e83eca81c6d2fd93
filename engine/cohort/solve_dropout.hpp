#pragma once

#include <cstddef>

#include "engine/cohort/cohort_process.hpp"
#include "engine/cohort/dropout.hpp"

namespace equipoise {

/// The probability of staying has a spread of 0.3 or so between participants: over so many the standard error
/// of its mean is 0.3 / sqrt(100,000) = 0.001.
inline constexpr std::size_t solving_participants = 100'000;

/// The intercepts under which every goal's retention holds. Where the loss depends on the arm alone they are
/// exact; where it depends on what people attend and feel they are solved over a fixed large cohort, always
/// the same one, so that the retention has a standard error of about 0.001 (engine/methods/cohort.md), more
/// with fewer `participants` in it.
[[nodiscard]] Dropout solve_dropout(const Design& design, const CohortProcess& process,
                                    const OutcomeModel& model, const DropoutRules& rules,
                                    std::size_t participants = solving_participants);

}  // namespace equipoise
