#pragma once

#include <string>
#include <vector>

#include "engine/characteristics/sensitivity.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/scenario/build_cells.hpp"
#include "engine/study/run_cells.hpp"

namespace equipoise {

/// A sweep and what came of its cells, as the three formats show it.
struct SweepSummary {
  const CellStudy& study;
  const CellTable& cells;
  const std::vector<CellResult>& results;  // of the cells that are done
  const std::vector<std::vector<CellDifference>>&
      differences;  // cell x hypothesis; empty without the reference
  const CellsDone& done;
};

/// For people: a table a hypothesis, a row a cell.
[[nodiscard]] std::string sweep_table(const SweepSummary& summary);
/// One JSON object; its members are in tools/cli/README.md and stay as they are.
[[nodiscard]] std::string sweep_json(const SweepSummary& summary);
/// One line a cell and hypothesis.
[[nodiscard]] std::string sweep_csv(const SweepSummary& summary);

/// A sensitivity study and what came of it.
struct SensitivitySummary {
  const CellStudy& study;
  const Sensitivity& result;
  const CellsDone& done;
};

[[nodiscard]] std::string sensitivity_table(const SensitivitySummary& summary);
[[nodiscard]] std::string sensitivity_json(const SensitivitySummary& summary);
/// One line a hypothesis and factor.
[[nodiscard]] std::string sensitivity_csv(const SensitivitySummary& summary);

/// What a factor is in a cell, for people.
[[nodiscard]] std::string factor_text(const CellFactor& factor, std::size_t cell);

}  // namespace equipoise
