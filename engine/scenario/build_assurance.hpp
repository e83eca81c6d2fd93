#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/scenario/build.hpp"
#include "engine/scenario/scenario_cells.hpp"
#include "engine/study/assurance_study.hpp"
#include "engine/study/run_cells.hpp"

namespace equipoise {

/// A key of an assurance and where its draws come from.
struct AssuranceKey {
  std::string key;   // dotted
  std::string from;  // "posterior", or the distribution as the scenario writes it
};

/// A scenario's [assurance] ready to run.
struct AssuranceRun {
  Study base;  // every key at its value
  ScenarioCells scenarios;
  AssuranceStudy study;
  std::vector<AssuranceKey> keys;
  std::uint64_t truth_participants = 0;

  /// What run_cells() runs. Cell 0 is the scenario's run without the [assurance], to the bit. This and `stop`
  /// must outlive it.
  [[nodiscard]] Cells cells(const std::atomic<bool>& stop) const;
  /// The same without true values, for who looks at nothing but powers.
  [[nodiscard]] Cells without_truths() const;
  [[nodiscard]] CellsOptions options() const;
  [[nodiscard]] CellTable table() const;
};

/// How carefully an assurance is made. A draw has some dozens of trials: a retention that is true to 0.002 is
/// good enough.
struct AssuranceBuildOptions {
  BuildOptions base{};
  BuildOptions draw{.dropout_participants = 20'000};
  std::uint64_t first_replicate = 0;
};

/// The way from a scenario with an [assurance] to its cells. Gathers the problems of the scenario, of
/// [assurance] and of its outermost draws; nothing is returned as long as `problems` holds any.
[[nodiscard]] std::optional<AssuranceRun> build_assurance(const ScenarioFile& file,
                                                          const ConditionLoader& load, Problems& problems,
                                                          const AssuranceBuildOptions& options = {});

}  // namespace equipoise
