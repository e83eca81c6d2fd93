#pragma once

#include <atomic>
#include <optional>

#include "engine/base/problem.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/scenario/build.hpp"
#include "engine/scenario/scenario_cells.hpp"
#include "engine/scenario/sensitivity_factors.hpp"
#include "engine/study/run_cells.hpp"

namespace equipoise {

/// A scenario's [sweep] or [sensitivity] ready to run.
struct CellStudy {
  Study base;  // the scenario as `equipoise run` takes it
  ScenarioCells scenarios;
  std::optional<SweepPart> sweep;              // the one or ...
  std::optional<SensitivityPart> sensitivity;  // ... the other
  std::optional<SensitivityPlan> plan;         // of the sensitivity study

  [[nodiscard]] Replicates replicates(std::size_t cell) const;
  /// What run_cells() runs. This and `stop` must outlive it.
  [[nodiscard]] Cells cells(const std::atomic<bool>& stop) const;
  [[nodiscard]] CellsOptions options() const;
  [[nodiscard]] CellTable table() const;
};

/// The way from a scenario to its cells. Gathers the problems of the scenario, of [sweep] or [sensitivity]
/// and of all cells, each once; nothing is returned as long as `problems` holds any.
[[nodiscard]] std::optional<CellStudy> build_cells(const ScenarioFile& file, const ConditionLoader& load,
                                                   Problems& problems);

}  // namespace equipoise
