#pragma once

#include <string>

#include "engine/design/design.hpp"
#include "engine/scenario/read_scenario.hpp"

namespace equipoise {

/// Whether a condition's parameter can change what a scenario's trials show. One of another profile, of a
/// therapy that no arm delivers, of an endpoint that is not measured, or one that the scenario's overrides
/// set cannot. Baselines matter all: they may decide on entry.
[[nodiscard]] bool parameter_matters(const std::string& path, const ScenarioFile& scenario,
                                     const Design& design);

}  // namespace equipoise
