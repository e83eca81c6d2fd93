#pragma once

#include <vector>

#include "engine/base/problem.hpp"
#include "engine/scenario/read_scenario.hpp"
#include "engine/scenario/scenario_cells.hpp"

namespace equipoise {

/// Adds a problem where the key cannot differ between cells: what every cell is run alike by.
void check_may_differ(const std::string& key, const Place& place, Problems& problems);

/// The values that a scenario's [sweep] puts in each of its cells, in crossed lists the last key's changing
/// fastest. Empty, and a problem, where there is no [sweep] or it makes no cells. Whether the values will do
/// is for ScenarioCells::check to say.
[[nodiscard]] std::vector<Factor> sweep_factors(const ScenarioFile& file, Problems& problems);

}  // namespace equipoise
