#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "engine/characteristics/true_value.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// The true value of every hypothesis' contrast: what the trial would estimate in endlessly many participants
/// of whom none was lost, on every scale that an analysis of the plan estimates. The same people are drawn
/// with and without their therapy, so that only the effect varies between them. Where `stop` is given and set
/// meanwhile, the values are those of the participants so far, or NaN.
[[nodiscard]] std::vector<TrueValue> true_values(const Plan& plan, std::uint64_t seed,
                                                 std::uint64_t participants, int threads,
                                                 const std::atomic<bool>* stop = nullptr);

}  // namespace equipoise
