#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/scenario/build.hpp"
#include "engine/scenario/condition_loader.hpp"
#include "engine/scenario/read_scenario.hpp"
#include "engine/study/run_cells.hpp"

namespace equipoise {

/// A key of a scenario or of its condition, and the value that each cell has there.
struct Factor {
  std::string key;            // dotted
  Place place;                // of the key
  std::vector<Value> values;  // one a cell; a message about one names its place
};

/// More cells than anybody will wait for; a mistake in a list is told before they are all made.
inline constexpr std::size_t most_cells = 10'000;

/// Many scenarios that are one but for the values of some keys.
class ScenarioCells {
 public:
  /// Of a `base` with problems the cells can be checked, not made. Expects at least one factor, each with as
  /// many values.
  ScenarioCells(ScenarioFile base, std::vector<Factor> factors, ConditionLoader load,
                const BuildOptions& options = {});

  [[nodiscard]] std::size_t count() const { return factors_.front().values.size(); }
  [[nodiscard]] const std::vector<Factor>& factors() const { return factors_; }

  /// Adds what is wrong in these cells as far as it can be told before anybody is drawn, each thing once, and
  /// nothing that is wrong in the base already. The cells must have the arms, visits, endpoints, hypotheses
  /// and analyses of the base: a results file has one list of each.
  void check(std::span<const std::size_t> cells, Problems& problems) const;
  void check_all(Problems& problems) const;

  /// The cell as `equipoise run` makes it with the same values in --set. Any thread may call. Throws
  /// InvalidInput.
  [[nodiscard]] Study study(std::size_t cell) const;
  /// The same with its true values from so many participants; once `stop` is set they may be cut short.
  [[nodiscard]] Cell cell(std::size_t cell, std::uint64_t truth_participants,
                          const std::atomic<bool>& stop) const;

  /// What the cells have in the places of the factors, for a table.
  [[nodiscard]] std::vector<CellFactor> columns() const;
  /// "groups.icc = 0.05, cohort.participants = 300"
  [[nodiscard]] std::string text_of(std::size_t cell) const;

 private:
  [[nodiscard]] ScenarioFile scenario(std::size_t cell, Problems& problems) const;
  [[nodiscard]] bool names_value(std::size_t cell, const Place& place) const;

  ScenarioFile base_;
  std::vector<Factor> factors_;
  ConditionLoader load_;
  BuildOptions options_;
};

}  // namespace equipoise
