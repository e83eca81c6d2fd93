#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/run/truth.hpp"
#include "engine/store/results_file.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/run_summary.hpp"
#include "tools/cli/scenario_arguments.hpp"

namespace equipoise {
namespace {

enum class Format { table, json, csv };

struct RunArguments {
  ScenarioArguments scenario;
  std::string output;
  std::optional<std::int64_t> trials;
  std::optional<double> precision;
  std::optional<std::int64_t> seed;
  int threads = 0;
  Format format = Format::table;
  bool quiet = false;
};

std::vector<Override> overrides_of(const RunArguments& arguments) {
  std::vector<Override> overrides;
  if (arguments.trials) overrides.push_back(option_override("--trials", "run.trials", *arguments.trials));
  if (arguments.precision)
    overrides.push_back(option_override("--precision", "run.precision", *arguments.precision));
  if (arguments.seed) overrides.push_back(option_override("--seed", "seed", *arguments.seed));
  return overrides;
}

std::string text_of(const RunSummary& summary, Format format) {
  switch (format) {
    case Format::table:
      return run_table(summary);
    case Format::json:
      return run_json(summary);
    case Format::csv:
      return run_csv(summary);
  }
  return {};
}

/// The command to give again, as far as the user's shell is concerned.
std::string quoted_command(const std::string& command_line) {
  return "run it again with: " + command_line;
}

void say_interrupted(const RunArguments& arguments, const Study& study, const RunResult& result) {
  fmt::print(
      stderr,
      "equipoise: interrupted after {} of {} trials, which stand as a shorter run{}; for all of them, {}\n",
      grouped(result.characteristics.trials), grouped(study.options.trials),
      arguments.output.empty() ? std::string() : " in " + arguments.output,
      quoted_command(study.provenance.command_line));
}

int say_nothing_done() {
  fmt::print(stderr, "equipoise: interrupted before the first trials were done\n");
  return exit_failure;
}

int run(const RunArguments& arguments, const std::string& command_line) {
  const Interruption interruption;
  Study study = load_study(arguments.scenario, overrides_of(arguments));
  study.options.threads = arguments.threads;
  study.provenance.command_line = command_line;

  // Before the work: a file that cannot be written is better known now.
  std::unique_ptr<ResultsFile> file;
  if (!arguments.output.empty()) file = std::make_unique<ResultsFile>(arguments.output);
  const std::vector<Simulated> truths =
      true_values(study.plan, study.options.seed, study.options.truth_participants, arguments.threads,
                  &interruption.asked());
  if (interruption.asked()) return say_nothing_done();
  if (file) file->begin(study.provenance, study.plan.design);
  RunResult result;
  {
    ProgressBar bar(!arguments.quiet, study.options.precision.value_or(0.0));
    result = run_trials(study.plan, truths, study.options, file.get(), interruption.asked(),
                        [&](const Progress& progress) { bar(progress); });
  }
  if (result.characteristics.trials == 0) {
    if (file) std::filesystem::remove(file->partial_file());
    return say_nothing_done();
  }
  fmt::print("{}", text_of({study, result}, arguments.format));
  std::fflush(stdout);  // the answer before any message about it
  if (!result.complete) {
    say_interrupted(arguments, study, result);
    return exit_failure;
  }
  if (file && !arguments.quiet) fmt::print(stderr, "The results are in {}.\n", arguments.output);
  return exit_success;
}

void add_options(CLI::App& command, RunArguments& arguments) {
  add_scenario_arguments(command, arguments.scenario);
  command
      .add_option("-o,--output", arguments.output,
                  "Write every replicate and the characteristics to this HDF5 file")
      ->type_name("FILE.h5");
  command.add_option("--trials", arguments.trials, "Simulate so many trials (run.trials)");
  command.add_option(
      "--precision", arguments.precision,
      "Stop once the Monte Carlo standard error of every power is at most this (run.precision)");
  command.add_option("--seed", arguments.seed, "The seed of all random numbers (seed)");
  command
      .add_option("--threads", arguments.threads,
                  "Work on so many threads; the results are the same on any number")
      ->check(CLI::Range(0, 4096))
      ->default_str("all");
  const std::map<std::string, Format> formats{
      {"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}};
  command.add_option("--format", arguments.format, "What to print: table, json or csv")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
      ->default_str("table")
      ->type_name("FORMAT");
  command.add_flag("--quiet", arguments.quiet, "No progress and no messages but errors");
}

}  // namespace

Command add_run(CLI::App& program, std::string command_line) {
  CLI::App* command = program.add_subcommand("run", "Simulate a scenario's trials and tell their power");
  command->footer(
      "Prints power, bias, standard errors and coverage of every hypothesis, each with its Monte Carlo\n"
      "standard error, and the arms as they were simulated. Ctrl-C ends early with what is done by then.");
  const auto arguments = std::make_shared<RunArguments>();
  add_options(*command, *arguments);
  return {command, [arguments, line = std::move(command_line)] { return run(*arguments, line); }};
}

}  // namespace equipoise
