#include "tools/cli/run_arguments.hpp"

#include <algorithm>
#include <cmath>

#include <CLI/CLI.hpp>

#include "tools/cli/option_checks.hpp"
#include "tools/cli/whole_number.hpp"

namespace equipoise {
namespace {

// More than any machine has; a larger number is a slip.
constexpr double most_threads = 4096;

/// The trials that the precision takes at the most (the variance of a share is at most a quarter); nothing
/// where there are none, which the scenario's keys then tell.
std::optional<std::int64_t> trials_for_precision(double precision) {
  constexpr double fewest = 10'000.0;
  constexpr double most = 1e12;
  const double trials = std::ceil(0.25 / (precision * precision));
  if (!(precision > 0.0) || !(trials <= most)) return std::nullopt;
  return static_cast<std::int64_t>(std::max(trials, fewest));
}

}  // namespace

void add_work_arguments(CLI::App& command, WorkArguments& arguments) {
  command.add_option("--seed", arguments.seed, "The seed of all random numbers (seed)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 0); });
  command
      .add_option("--threads", arguments.threads,
                  "Work on so many threads; the results are the same on any number")
      ->check([](const std::string& text) { return wrong_number(text, between(0, most_threads)); })
      ->default_str("all");
  command.add_option("--format", arguments.format, "What to print: table, json or csv")
      ->check([](const std::string& text) { return wrong_word(text, names_of<Format>()); })
      ->capture_default_str()
      ->type_name("FORMAT");
  command.add_flag("--quiet", arguments.quiet, "No progress and no messages but errors");
}

void add_run_arguments(CLI::App& command, RunArguments& arguments, const std::string& output_help) {
  add_scenario_arguments(command, arguments.scenario);
  add_output_arguments(command, arguments, output_help, "FILE.h5");
  command.add_option("--trials", arguments.trials, "Simulate so many trials (run.trials)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 1); });
  command.add_option(
      "--precision", arguments.precision,
      "Stop once the Monte Carlo standard error of every power is at most this (run.precision)");
  add_work_arguments(command, arguments);
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

}  // namespace equipoise
