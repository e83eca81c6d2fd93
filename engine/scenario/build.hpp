#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/cohort/condition.hpp"
#include "engine/cohort/solve_dropout.hpp"
#include "engine/run/result_sink.hpp"
#include "engine/run/run.hpp"
#include "engine/scenario/condition_loader.hpp"
#include "engine/scenario/read_scenario.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// A scenario ready to run.
struct Study {
  Plan plan;
  RunOptions options;
  Provenance provenance;             // without the command line, which the program knows
  std::vector<std::string> assumed;  // parameters of the condition that nobody reported, as dotted keys
  Problems warnings;                 // what is possible and probably not meant
};

/// An entry criterion that fewer people than this meet is refused: participants are drawn again until they
/// do, and a criterion that shuts out all but one in a thousand does not describe the profile.
inline constexpr double lowest_entry_rate = 0.001;

/// How carefully a study is made.
struct BuildOptions {
  std::size_t dropout_participants = solving_participants;
};

/// Loads the condition and gathers every problem between fields and with the condition: all that can be told
/// before anybody is drawn. The condition is null where it cannot be had.
[[nodiscard]] std::unique_ptr<Condition> load_and_check(const ScenarioFile& file, const ConditionLoader& load,
                                                        Problems& problems);

/// The whole way from a scenario that was read to what runs. Gathers the problems between fields and with the
/// condition; nothing is returned as long as `problems` holds any, those of the reading included.
[[nodiscard]] std::optional<Study> build(const ScenarioFile& file, const ConditionLoader& load,
                                         Problems& problems, const BuildOptions& options = {});

}  // namespace equipoise
