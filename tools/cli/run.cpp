#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/named.hpp"
#include "engine/run/truth.hpp"
#include "engine/store/results_file.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/output_file.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/run_summary.hpp"
#include "tools/cli/scenario_arguments.hpp"
#include "tools/cli/whole_number.hpp"

namespace equipoise {

/// What is printed of a run.
enum class Format { table, json, csv };

template <>
struct NamesOf<Format> {
  static constexpr std::array<Named<Format>, 3> all{
      {{"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}}};
};

namespace {

struct RunArguments {
  ScenarioArguments scenario;
  std::optional<std::string> output;
  std::optional<std::int64_t> trials;
  std::optional<double> precision;
  std::optional<std::int64_t> seed;
  int threads = 0;
  std::string format = "table";
  bool quiet = false;
};

/// The trials that the precision takes at the most (the variance of a share is at most a quarter); nothing
/// where there are none, which the scenario's keys then tell.
std::optional<std::int64_t> trials_for_precision(double precision) {
  constexpr double fewest = 10'000.0;
  constexpr double most = 1e12;
  const double trials = std::ceil(0.25 / (precision * precision));
  if (!(precision > 0.0) || !(trials <= most)) return std::nullopt;
  return static_cast<std::int64_t>(std::max(trials, fewest));
}

std::vector<Override> overrides_of(const RunArguments& arguments) {
  std::vector<Override> overrides;
  if (arguments.trials) overrides.push_back(option_override("--trials", "run.trials", *arguments.trials));
  if (arguments.precision) {
    overrides.push_back(option_override("--precision", "run.precision", *arguments.precision));
    // Who asks for a precision wants it reached, whatever number of trials the scenario has for other days.
    const auto enough = trials_for_precision(*arguments.precision);
    if (!arguments.trials && enough)
      overrides.push_back(option_override("--precision", "run.trials", *enough));
  }
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

void say_interrupted(const RunArguments& arguments, const Study& study, const RunResult& result) {
  fmt::print(stderr,
             "equipoise: interrupted after {} of {} trials, which stand as a shorter run{}; for all of them, "
             "run it again with: "
             "{}\n",
             grouped(result.characteristics.trials), grouped(study.options.trials),
             arguments.output ? " in " + *arguments.output : std::string(), study.provenance.command_line);
}

void warn_of_precision(const Study& study, const RunResult& result) {
  if (!study.options.precision) return;
  double worst = 0.0;
  for (const TestCharacteristics& test : result.characteristics.tests)
    worst = std::max(worst, test.power.mcse);
  if (worst <= *study.options.precision) return;
  fmt::print(stderr,
             "equipoise: after {} trials, the most allowed, the precision is {:.2g} and not yet {:g}\n",
             grouped(result.characteristics.trials), worst, *study.options.precision);
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
  if (arguments.output) {
    file = std::make_unique<ResultsFile>(output_file(*arguments.output, arguments.scenario.file));
  }
  const std::vector<TrueValue> truths =
      true_values(study.plan, study.options.seed, study.options.truth_participants, arguments.threads,
                  &interruption.asked());
  if (interruption.asked()) return say_nothing_done();
  if (file) file->begin(study.provenance, study.plan.design, analysis_labels(study.plan));
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
  fmt::print("{}", text_of({study, result}, *value_of<Format>(arguments.format)));
  std::fflush(stdout);  // the answer before any message about it
  if (result.complete) warn_of_precision(study, result);
  if (!result.complete) {
    say_interrupted(arguments, study, result);
    return exit_failure;
  }
  if (file && !arguments.quiet) fmt::print(stderr, "The results are in {}.\n", *arguments.output);
  return exit_success;
}

void add_options(CLI::App& command, RunArguments& arguments) {
  add_scenario_arguments(command, arguments.scenario);
  command
      .add_option("-o,--output", arguments.output,
                  "Write every replicate and the characteristics to this HDF5 file")
      ->type_name("FILE.h5");
  command.add_option("--trials", arguments.trials, "Simulate so many trials (run.trials)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 1); });
  command.add_option(
      "--precision", arguments.precision,
      "Stop once the Monte Carlo standard error of every power is at most this (run.precision)");
  command.add_option("--seed", arguments.seed, "The seed of all random numbers (seed)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 0); });
  command
      .add_option("--threads", arguments.threads,
                  "Work on so many threads; the results are the same on any number")
      ->check(CLI::Range(0, 4096))
      ->default_str("all");
  command.add_option("--format", arguments.format, "What to print: table, json or csv")
      ->check(CLI::IsMember(names_of<Format>()))
      ->capture_default_str()
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
