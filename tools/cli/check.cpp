#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "engine/calibration/source_trials.hpp"
#include "engine/scenario/build_assurance.hpp"
#include "engine/scenario/build_cells.hpp"
#include "engine/scenario/check_size.hpp"
#include "models/condition_loader.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/scenario_arguments.hpp"
#include "tools/cli/warnings.hpp"
#include "tools/cli/wrong_side.hpp"

namespace equipoise {
namespace {

/// The design in a line.
std::string summary(const Study& study) {
  const Design& design = study.plan.design;
  std::string times;
  const std::vector<double>& visits = design.shown_visits();
  for (std::size_t v = 0; v < visits.size(); ++v) {
    const bool last = v + 1 == visits.size();
    times += fmt::format("{}{:g}", v == 0 ? "" : last ? " and " : ", ", visits[v]);
  }
  const std::string trials = study.options.precision ? fmt::format("trials until every power's MCSE is {:g}",
                                                                   *study.options.precision)
                                                     : counted(study.options.trials, "trial");
  return fmt::format(
      "{}, {} at {}, seen at baseline and {} {}, {}, {}, {}", counted(design.arms.size(), "arm", "arms"),
      counted(design.participants, "participant", "participants"), counted(design.sites, "site", "sites"),
      singular(design.time_unit), times, counted(design.endpoints.size(), "endpoint", "endpoints"),
      counted(design.hypotheses.size(), "hypothesis", "hypotheses"), trials);
}

/// ", 24 cells in [sweep]"; empty where the scenario has neither. Cells with problems are told. `problems`
/// begins with those of the reading.
std::string cells(const ScenarioFile& file, const ConditionLoader& load, Problems& problems) {
  if (!file.scenario.sweep && !file.scenario.sensitivity) return {};
  const std::optional<CellStudy> study = build_cells(file, load, problems);
  if (!study) return {};
  return fmt::format(", {} in [{}]", counted(study->scenarios.count(), "cell", "cells"),
                     study->sweep ? "sweep" : "sensitivity");
}

/// ", 200 draws of 26 keys in [assurance]"; empty where the scenario has none. `problems` as for cells.
std::string draws(const ScenarioFile& file, const ConditionLoader& load, Problems& problems) {
  if (!file.scenario.assurance) return {};
  const std::optional<AssuranceRun> run = build_assurance(file, load, problems);
  if (!run) return {};
  return fmt::format(", {} of {} in [assurance]", counted(run->study.cells() - 1, "draw", "draws"),
                     counted(run->keys.size(), "key", "keys"));
}

/// Draws that are possible number by number need not be so together: each is tried.
void check_draws(const std::filesystem::path& folder, const ConditionLoader& load, Problems& problems) {
  constexpr std::size_t most_told = 5;
  ConditionRequest request;
  request.name = std::filesystem::absolute(folder).string();
  Problems told_elsewhere;
  const auto condition = load(request, told_elsewhere);
  const auto posterior = condition != nullptr ? condition->posterior() : nullptr;
  if (posterior == nullptr) return;
  const std::string file = (folder / "posterior.toml").string();
  std::size_t impossible = 0;
  for (std::size_t k = 0; k < posterior->draws(); ++k) {
    std::vector<Override> draw;
    for (std::size_t j = 0; j < posterior->keys.size(); ++j) {
      draw.push_back({posterior->keys[j], Value::of(posterior->values[j][k]), {file, 0, 0}});
    }
    request.overrides = draw;
    Problems own;
    if (load(request, own) != nullptr || ++impossible > most_told) continue;
    for (const Problem& problem : own.all()) {
      problems.add({file, 0, 0}, fmt::format("the numbers in place {} of all lists: {}", k + 1, problem.what),
                   problem.why, "calibrate again");
    }
  }
  if (impossible <= most_told) return;
  problems.add({file, 0, 0}, fmt::format("{} of {} draws are impossible", impossible, posterior->draws()),
               fmt::format("the first {} are told", most_told));
}

/// Parameters, evidence and source trials of a condition's folder.
int check_condition_folder(const std::filesystem::path& folder) {
  Problems problems;
  check_draws(folder, remembering_loader(), problems);
  if (!std::filesystem::exists(folder / "evidence.toml")) {
    ConditionRequest request;
    request.name = std::filesystem::absolute(folder).string();
    const auto condition = load_condition(request, problems);
    problems.throw_if_any();
    fmt::print("{} is right: {}, {}, without evidence\n", folder.string(),
               counted(condition->profiles().size(), "profile", "profiles"),
               counted(condition->therapies().size(), "therapy", "therapies"));
    return exit_success;
  }
  const auto source = read_calibration(folder, load_condition, problems);
  problems.throw_if_any();
  fmt::print("{} is right: {}, {} in {}, {} not simulated\n", folder.string(),
             counted(source->parameters.size(), "free parameter", "free parameters"),
             counted(source->targets.size(), "target", "targets"),
             counted(source->trials.size(), "source trial", "source trials"),
             counted(source->notes.size(), "more", "more"));
  return exit_success;
}

int check(const ScenarioArguments& arguments) {
  if (std::filesystem::is_directory(arguments.file)) return check_condition_folder(arguments.file);
  Problems problems;
  const std::optional<ScenarioFile> file = load_scenario(arguments, {}, problems);
  if (!file) throw InvalidInput(problems);
  const ConditionLoader load = remembering_loader();
  Problems of_cells = problems;
  Problems of_draws = problems;
  const std::optional<Study> study = build(*file, load, problems);
  check_assured_size({file->scenario, file->tree, nullptr, problems});
  const std::string more = cells(*file, load, of_cells) + draws(*file, load, of_draws);
  problems.add_new(of_cells);
  problems.add_new(of_draws);
  problems.throw_if_any();
  fmt::print("{} is right: {}{}\n", arguments.file, summary(*study), more);
  std::fflush(stdout);  // the answer before any message about it
  tell_warnings(study->warnings);
  constexpr int every_thread = 0;
  const std::atomic<bool> never = false;
  warn_of_wrong_sides(*study, every_thread, never);
  return exit_success;
}

}  // namespace

Command add_check(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("check", "Find everything that is wrong with a scenario or a condition");
  command->footer(
      "Takes a scenario file, or the folder of a condition: its parameters, evidence and source trials.\n"
      "Prints one line where the scenario is right. Otherwise prints every problem as\n"
      "file:line:column: what is wrong (why); what to write instead. Exit code 0, or 2 for a problem.");
  const auto arguments = std::make_shared<ScenarioArguments>();
  add_scenario_arguments(*command, *arguments);
  return {command, [arguments] { return check(*arguments); }};
}

}  // namespace equipoise
