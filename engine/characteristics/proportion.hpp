#pragma once

#include <cstdint>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// The share `part` of `whole` trials with its standard error, sqrt(p (1 - p) / n). A share of none or of all
/// is not for that certain: its error is that of two successes and two failures more (Agresti and Coull
/// 1998; engine/methods/operating_characteristics.md). NaN where there are no trials.
[[nodiscard]] Simulated proportion(std::uint64_t part, std::uint64_t whole);

}  // namespace equipoise
