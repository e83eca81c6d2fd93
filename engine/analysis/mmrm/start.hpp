#pragma once

#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"
#include "engine/analysis/options.hpp"

namespace equipoise {

/// A covariance over visits to start from, visits x visits, always positive definite: each visit regressed on
/// x and the visits before it, among those seen at all of them. With dropout alone and every column
/// interacted with visit this is the maximum itself (Anderson 1957), or next to it in REML. False where the
/// values do not vary.
[[nodiscard]] bool starting_covariance(const RepeatedMeasures& data, Likelihood kind, Arena<double>& reals,
                                       std::span<double> sigma);

}  // namespace equipoise
