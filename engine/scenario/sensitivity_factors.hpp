#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/characteristics/sensitivity.hpp"
#include "engine/numeric/distribution.hpp"
#include "engine/run/run.hpp"
#include "engine/scenario/read_scenario.hpp"
#include "engine/scenario/scenario_cells.hpp"
#include "engine/study/sensitivity_study.hpp"

namespace equipoise {

/// A key that is not known for certain, and what is believed of it.
struct UncertainKey {
  std::string key;  // dotted
  Place place;      // of the key
  Place value_place;
  Distribution distribution;
  bool whole = false;  // takes whole numbers, the nearest to what is drawn

  /// The value below which the share `probability` lies, in its place in a scenario.
  [[nodiscard]] Value value_at(double probability) const;
};

/// The keys of lines such as "groups.icc" = { min = 0, max = 0.1 }; those that are wrong are left out.
/// `tree`: the scenario's, for two names of one key.
[[nodiscard]] std::vector<UncertainKey> read_uncertain(const ByName<Value>& lines, const Value& tree,
                                                       Problems& problems);

/// Adds what is wrong in these cells. Values that a key cannot have are one problem, however many are drawn.
void check_beliefs(std::span<const UncertainKey> keys, const ScenarioCells& scenarios,
                   std::span<const std::size_t> cells, Problems& problems);

/// The global sensitivity study that a scenario's [sensitivity] asks for.
struct SensitivityPlan {
  std::vector<UncertainKey> keys;
  SensitivityStudy study;
  std::vector<Factor> factors;  // their values in its cells
};

/// Empty, and a problem, where there is none. With problems, it is one of the keys that are right, enough to
/// check their cells. `run`: what the scenario asks of its own run.
[[nodiscard]] std::optional<SensitivityPlan> sensitivity_plan(const ScenarioFile& file, const RunOptions& run,
                                                              Problems& problems);

/// Adds what is wrong with the smallest and largest value that any key takes, and with the cells of the
/// tornado.
void check_sensitivity(const SensitivityPlan& plan, const ScenarioCells& cells, Problems& problems);

/// The keys as the tables show them.
[[nodiscard]] std::vector<SensitivityFactor> described(const SensitivityPlan& plan,
                                                       const SensitivityPart& part);

}  // namespace equipoise
