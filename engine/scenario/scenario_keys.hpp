#pragma once

#include <string_view>

#include "engine/scenario/scenario.hpp"
#include "engine/scenario/schema/keys.hpp"

namespace equipoise {

/// Every key of a scenario file, declared once.
[[nodiscard]] Keys<Scenario> scenario_keys();

/// The unit of a key that holds a time of a visit, whichever that is.
inline constexpr std::string_view unit_of_visits = "schedule.unit";

/// Larger than any trial; smaller than what would fill a machine's memory.
inline constexpr double most_participants = 1e6;

}  // namespace equipoise
