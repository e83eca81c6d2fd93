#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/scenario/scenario.hpp"
#include "engine/scenario/schema/override.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// A scenario file that was read, with what a later message needs of it.
struct ScenarioFile {
  std::filesystem::path file;
  Value tree;  // as it runs: the overrides of its own keys are in, those of the condition stand in [override]
  Scenario scenario;
  std::vector<Override> condition_overrides;  // whose paths are no key of a scenario
};

/// Reads a scenario and puts the overrides in: first those of its own [override], then those of the command
/// line. All problems of types, ranges and unknown keys are gathered. Nothing is returned where the file is
/// not there or not TOML.
[[nodiscard]] std::optional<ScenarioFile> read_scenario(const std::filesystem::path& file,
                                                        std::span<const Override> command_line,
                                                        Problems& problems);

/// The same of a tree that was read already.
[[nodiscard]] ScenarioFile scenario_from(Value tree, const std::filesystem::path& file,
                                         std::span<const Override> command_line, Problems& problems);

}  // namespace equipoise
