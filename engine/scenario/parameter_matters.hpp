#pragma once

#include <string>

#include "engine/design/design.hpp"
#include "engine/scenario/read_scenario.hpp"

namespace equipoise {

/// Why a condition's parameter cannot change what a scenario's trials show: it is one of another profile, of
/// a therapy that no arm delivers, or of an endpoint that is not measured. Empty where it can. Baselines
/// matter all: they may decide on entry.
[[nodiscard]] std::string why_it_is_idle(const std::string& path, const ScenarioFile& scenario,
                                         const Design& design);

/// Whether a condition's parameter can change what a scenario's trials show: one that is not idle, nor set by
/// the scenario's overrides.
[[nodiscard]] bool parameter_matters(const std::string& path, const ScenarioFile& scenario,
                                     const Design& design);

}  // namespace equipoise
