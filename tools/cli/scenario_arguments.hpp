#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

#include "engine/scenario/build.hpp"
#include "engine/scenario/schema/override.hpp"

namespace equipoise {

/// What every command on a scenario takes: the file and --set.
struct ScenarioArguments {
  std::string file;
  std::vector<std::string> set;
};

/// Adds them to a command. `arguments` must live as long as the command.
void add_scenario_arguments(CLI::App& command, ScenarioArguments& arguments);

/// The override that an option such as `--seed 5` stands for, with the option as its place. T as Value::of
/// takes it.
template <class T>
[[nodiscard]] Override option_override(const std::string& option, const std::string& path, T value) {
  const Place place{option, 0, 0};
  return {path, Value::of(std::move(value), place), place};
}

/// Reads the scenario and puts the overrides in, `options` after --set. Nothing where it cannot be read.
[[nodiscard]] std::optional<ScenarioFile> load_scenario(const ScenarioArguments& arguments,
                                                        std::span<const Override> options,
                                                        Problems& problems);

/// The study of a scenario that was read, with the conditions that ship or that it names. Throws InvalidInput
/// with every problem there is, those of the reading included.
[[nodiscard]] Study build_study(const std::optional<ScenarioFile>& scenario, Problems& problems);

/// Reads the scenario, puts the overrides in (`options` after --set) and builds the study with the conditions
/// that ship or that the scenario names. Throws InvalidInput with every problem there is.
[[nodiscard]] Study load_study(const ScenarioArguments& arguments, std::span<const Override> options = {});

}  // namespace equipoise
