#pragma once

#include "engine/scenario/scenario.hpp"
#include "engine/scenario/schema/keys.hpp"

namespace equipoise {

/// Every key of a scenario file, declared once.
[[nodiscard]] Keys<Scenario> scenario_keys();

/// Larger than any trial; smaller than what would fill a machine's memory.
inline constexpr double most_participants = 1e6;

}  // namespace equipoise
