#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "tools/cli/command.hpp"
#include "tools/cli/output_file.hpp"
#include "tools/cli/scenario_arguments.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/trial_csv.hpp"
#include "tools/cli/warnings.hpp"
#include "tools/cli/whole_number.hpp"
#include "tools/cli/write_file.hpp"

namespace equipoise {
namespace {

struct SimulateArguments : OutputArguments {
  ScenarioArguments scenario;
  std::uint64_t replicate = 0;
  std::optional<std::int64_t> seed;
};

int simulate(const SimulateArguments& arguments) {
  std::vector<Override> overrides;
  if (arguments.seed) overrides.push_back(option_override("--seed", "seed", *arguments.seed));
  // Before the work: a file that cannot be written is better known now.
  const auto file = output_file(arguments, arguments.scenario.file, OutputKind::csv);
  const Study study = load_study(arguments.scenario, overrides);
  tell_warnings(study.warnings);
  TrialWorkspace trial(study.plan);
  draw_trial(study.plan, Streams(study.options.seed, arguments.replicate), trial);
  const std::string text = trial_csv(study.plan, trial);
  if (file) {
    write_file(*file, text);
  } else if (!arguments.output) {
    print_answer(text);
  }
  return exit_success;
}

}  // namespace

Command add_simulate(CLI::App& program) {
  CLI::App* command = program.add_subcommand("simulate", "Write one virtual trial as a data set");
  command->footer(
      "A CSV file with a row for each participant and visit, baseline included: what was seen of every\n"
      "endpoint (NA where nothing was) and, as true_<endpoint>, what there was to see. The replicate is the\n"
      "one of this number in a run of the scenario.");
  const auto arguments = std::make_shared<SimulateArguments>();
  add_scenario_arguments(*command, arguments->scenario);
  command->add_option("--replicate", arguments->replicate, "Which trial of the run, counted from 0")
      ->check([](const std::string& text) { return wrong_whole_number(text, 0); })
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "The seed of all random numbers (seed)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 0); });
  add_output_arguments(*command, *arguments, "Write to this file instead of standard output", "FILE.csv");
  return {command, [arguments] { return simulate(*arguments); }};
}

}  // namespace equipoise
