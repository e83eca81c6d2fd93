#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/run/truth.hpp"
#include "engine/store/results_file.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/fit_failures.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/output_file.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/run_arguments.hpp"
#include "tools/cli/run_assurance.hpp"
#include "tools/cli/run_summary.hpp"
#include "tools/cli/warnings.hpp"
#include "tools/cli/wrong_side.hpp"

namespace equipoise {
namespace {

void say_interrupted(const RunArguments& arguments, const Study& study, const RunResult& result) {
  fmt::print(stderr,
             "equipoise: interrupted after {} of {}, which stand as a shorter run{}; for all of them, "
             "run it again with: "
             "{}\n",
             grouped(result.characteristics.trials), counted(study.options.trials, "trial"),
             arguments.output ? " in " + *arguments.output : std::string(), study.provenance.command_line);
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
  const Interruption interruption;
  Problems problems;
  const auto scenario = load_scenario(arguments.scenario, overrides_of(arguments), problems);
  if (scenario && scenario->scenario.assurance) {
    return run_assurance(arguments, *scenario, std::move(problems), command_line, interruption);
  }
  Study study = build_study(scenario, problems);
  tell_warnings(study.warnings);
  study.options.threads = arguments.threads;
  study.provenance.command_line = command_line;

  // Before the work: a file that cannot be written is better known now.
  std::unique_ptr<ResultsFile> file;
  if (arguments.output) {
    file = std::make_unique<ResultsFile>(output_file(*arguments.output, arguments.scenario.file));
  }
  const std::vector<TrueValue> truths =
      true_values(study.plan, study.options.seed, study.options.truth_participants, arguments.threads,
                  &interruption.asked());
  if (interruption.asked()) return say_nothing_done();
  warn_of_wrong_sides(study.plan, truths);
  if (file) file->begin(study.provenance, study.plan.design, analysis_labels(study.plan));
  RunResult result;
  {
    ProgressBar bar(!arguments.quiet, study.options.precision.value_or(0.0));
    result = run_trials(study.plan, truths, study.options, file.get(), interruption.asked(),
                        [&](const Progress& progress) { bar(progress); });
  }
  if (result.characteristics.trials == 0) {
    if (file) file->discard();
    return say_nothing_done();
  }
  fmt::print("{}", text_in(arguments.format, RunSummary{study, result}, run_table, run_json, run_csv));
  std::fflush(stdout);  // the answer before any message about it
  if (result.complete) warn_of_precision(study, result);
  FitFailures failures;
  failures.add(result.characteristics);
  const bool has_power = failures.tell();
  if (!result.complete) {
    say_interrupted(arguments, study, result);
    return exit_failure;
  }
  if (file && !arguments.quiet) fmt::print(stderr, "The results are in {}.\n", *arguments.output);
  return has_power ? exit_success : exit_failure;
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
