#include "tools/cli/scenario_arguments.hpp"

#include <utility>

#include <CLI/CLI.hpp>

#include "engine/base/expects.hpp"
#include "models/condition_loader.hpp"

namespace equipoise {

void add_scenario_arguments(CLI::App& command, ScenarioArguments& arguments) {
  command.add_option("SCENARIO", arguments.file, "The scenario file")->required();
  command
      .add_option(
          "--set", arguments.set,
          "KEY=VALUE: put a value in the place of the scenario's or of a parameter of its condition, such as "
          "groups.icc=0.05; may be given many times")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

std::optional<ScenarioFile> load_scenario(const ScenarioArguments& arguments,
                                          std::span<const Override> options, Problems& problems) {
  std::vector<Override> overrides;
  for (const std::string& text : arguments.set) {
    if (auto change = parse_override(text, problems)) overrides.push_back(std::move(*change));
  }
  overrides.insert(overrides.end(), options.begin(), options.end());
  return read_scenario(arguments.file, overrides, problems);
}

Study build_study(const std::optional<ScenarioFile>& scenario, Problems& problems) {
  std::optional<Study> study = scenario ? build(*scenario, load_condition, problems) : std::nullopt;
  problems.throw_if_any();
  EQUIPOISE_EXPECTS(study.has_value());
  return std::move(*study);
}

Study load_study(const ScenarioArguments& arguments, std::span<const Override> options) {
  Problems problems;
  return build_study(load_scenario(arguments, options, problems), problems);
}

}  // namespace equipoise
