#pragma once

#include "engine/base/problem.hpp"
#include "engine/design/design.hpp"
#include "engine/scenario/read_scenario.hpp"

namespace equipoise {

/// Warns of the overrides, and of what a sweep, a sensitivity study, an assurance or a size search varies,
/// that cannot change what the scenario's trials show: an effect on an endpoint that is not measured looks
/// like one that makes no difference.
void warn_of_idle_keys(const ScenarioFile& file, const Design& design, Problems& warnings);

}  // namespace equipoise
