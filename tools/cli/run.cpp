#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/run/truth.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/fit_failures.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/results_output.hpp"
#include "tools/cli/run_arguments.hpp"
#include "tools/cli/run_assurance.hpp"
#include "tools/cli/run_summary.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/warnings.hpp"
#include "tools/cli/wrong_side.hpp"

namespace equipoise {
namespace {

void say_interrupted(const ResultsOutput& output, const Study& study, const RunResult& result) {
  fmt::print(stderr,
             "equipoise: interrupted after {} of {}, which stand as a shorter run{}; for all of them, "
             "run it again with: "
             "{}\n",
             grouped(result.characteristics.trials), counted(study.options.trials, "trial"), output.where(),
             study.provenance.command_line);
}

void warn_of_precision(const Study& study, const RunResult& result) {
  if (!study.options.precision) return;
  double worst = 0.0;
  for (const TestCharacteristics& test : result.characteristics.tests)
    worst = std::max(worst, test.power.mcse);
  if (worst <= *study.options.precision) return;
  fmt::print(stderr, "equipoise: after {}, the most allowed, the precision is {:.2g} and not yet {:g}\n",
             counted(result.characteristics.trials, "trial"), worst, *study.options.precision);
}

int say_nothing_done() {
  fmt::print(stderr, "equipoise: interrupted before the first trials were done\n");
  return exit_failure;
}

int run(const RunArguments& arguments, const std::string& command_line) {
  Interruption interruption;
  Problems problems;
  const auto scenario = load_scenario(arguments.scenario, overrides_of(arguments), problems);
  if (scenario && scenario->scenario.assurance) {
    return run_assurance(arguments, *scenario, std::move(problems), command_line, interruption);
  }
  Study study = build_study(scenario, problems);
  tell_warnings(study.warnings);
  study.options.threads = arguments.threads;
  study.provenance.command_line = command_line;

  interruption.keep_what_is_done();
  ResultsOutput output(arguments, arguments.scenario.file, arguments.quiet);
  const std::vector<TrueValue> truths =
      true_values(study.plan, study.options.seed, study.options.truth_participants, arguments.threads,
                  &interruption.asked());
  if (interruption.asked()) return say_nothing_done();
  warn_of_wrong_sides(study.plan, truths);
  output.begin(study.provenance, study.plan.design, analysis_labels(study.plan));
  RunResult result;
  {
    ProgressBar bar(!arguments.quiet, study.options.precision.value_or(0.0));
    result = run_trials(study.plan, truths, study.options, &output, interruption.asked(),
                        [&](const Progress& progress) { bar(progress); });
  }
  if (result.characteristics.trials == 0) {
    output.discard();
    return say_nothing_done();
  }
  print_answer(text_in(arguments.format, RunSummary{study, result}, run_table, run_json, run_csv));
  if (result.complete) warn_of_precision(study, result);
  FitFailures failures;
  failures.add(result.characteristics);
  const bool has_power = failures.tell();
  if (!result.complete) {
    say_interrupted(output, study, result);
    return output.end(exit_failure);
  }
  return output.end(has_power ? exit_success : exit_failure);
}

}  // namespace

Command add_run(CLI::App& program, std::string command_line) {
  CLI::App* command = program.add_subcommand("run", "Simulate a scenario's trials and tell their power");
  command->footer(
      "Prints power, bias, standard errors and coverage of every hypothesis, each with its Monte Carlo\n"
      "standard error, and the arms as they were simulated. Ctrl-C ends early with what is done by then.");
  const auto arguments = std::make_shared<RunArguments>();
  add_run_arguments(*command, *arguments, "Write every replicate and the characteristics to this HDF5 file");
  return {command, [arguments, line = std::move(command_line)] { return run(*arguments, line); }};
}

}  // namespace equipoise
