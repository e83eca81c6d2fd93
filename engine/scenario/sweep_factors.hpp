#pragma once

#include <vector>

#include "engine/base/problem.hpp"
#include "engine/scenario/read_scenario.hpp"
#include "engine/scenario/scenario_cells.hpp"

namespace equipoise {

/// Whether the key may differ between cells. Adds a problem where it is what every cell is run alike by.
[[nodiscard]] bool may_differ(const std::string& key, const Place& place, Problems& problems);

/// "'arm.1.allocation' in line 12, column 3 is the same key": what is told of a key that is named again.
[[nodiscard]] std::string named_before(const std::string& key, const Place& place);

/// The values that a scenario's [sweep] puts in each of its cells, in crossed lists the last key's changing
/// fastest. Whether the values will do is for ScenarioCells::check to say. Where lists are wrong or cannot be
/// combined, there are problems, and the cells are enough of them for every value of the other lists to be
/// looked at. Empty, and a problem, where there is no [sweep] or none of its lists will do.
[[nodiscard]] std::vector<Factor> sweep_factors(const ScenarioFile& file, Problems& problems);

}  // namespace equipoise
