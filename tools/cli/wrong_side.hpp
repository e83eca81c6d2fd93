#pragma once

#include <atomic>
#include <span>

#include "engine/characteristics/true_value.hpp"
#include "engine/scenario/build.hpp"

namespace equipoise {

/// Says on standard error which hypotheses have a true value on the side that they do not claim: an effect
/// with the wrong sign and arms in the wrong order look like a trial with power for harm. `truths`: one a
/// hypothesis.
void warn_of_wrong_sides(const Plan& plan, std::span<const TrueValue> truths);

/// The same where nobody needs true values otherwise: they are found in few participants.
void warn_of_wrong_sides(const Study& study, int threads, const std::atomic<bool>& stop);

}  // namespace equipoise
