#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/scenario/check_size.hpp"
#include "engine/study/trial_cost.hpp"
#include "models/condition_loader.hpp"
#include "tools/cli/assured_trials.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/fit_failures.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/planned_trials.hpp"
#include "tools/cli/results_output.hpp"
#include "tools/cli/run_arguments.hpp"
#include "tools/cli/scenario_arguments.hpp"
#include "tools/cli/size_summary.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/warnings.hpp"
#include "tools/cli/whole_number.hpp"
#include "tools/cli/wrong_side.hpp"

namespace equipoise {
namespace {

constexpr double usual_power = 0.9;

// A search whose trials are cheap may take about so long on one core, its checks with it.
constexpr double seconds_of_cheap_searches = 10.0;

// The search's own replicates: far from those of a run, of which the verification is one, and from the
// truth's.
constexpr std::uint64_t first_search_replicate = std::uint64_t{1} << 62U;

struct SizeArguments : WorkArguments, OutputArguments {
  ScenarioArguments scenario;
  std::optional<double> power;
  std::optional<double> assurance;
  std::optional<double> half_width;
  std::optional<std::string> shown;
  std::optional<std::string> vary;
  std::vector<double> between;
  std::optional<double> precision;
  std::optional<std::int64_t> trials;
  std::optional<std::int64_t> verify;
  std::optional<std::string> round;
  std::optional<double> lost;
};

/// The scenario as it was read, and the study that it makes as it stands.
struct LoadedScenario {
  ScenarioFile file;
  ConditionLoader condition;  // reads its files once: a search that takes hours is about one condition
  Study study;
};

Override between_override(const std::vector<double>& between) {
  const Place place{"--between", 0, 0};
  Value range = Value::make_array(place);
  for (const double end : between) range.append(Value::of(end, place));
  return {"size.between", range, place};
}

std::vector<Override> overrides_of(const SizeArguments& arguments) {
  std::vector<Override> overrides;
  const auto put = [&](const char* option, const char* path, const auto& value) {
    if (value) overrides.push_back(option_override(option, path, *value));
  };
  put("--power", "size.power", arguments.power);
  put("--assurance", "size.assurance", arguments.assurance);
  put("--half-width", "size.half_width", arguments.half_width);
  put("--for", "size.for", arguments.shown);
  put("--vary", "size.vary", arguments.vary);
  put("--precision", "size.precision", arguments.precision);
  put("--trials", "size.trials", arguments.trials);
  put("--verify", "size.verify", arguments.verify);
  put("--round", "size.round", arguments.round);
  put("--lost", "size.lost", arguments.lost);
  put("--seed", "seed", arguments.seed);
  if (!arguments.between.empty()) overrides.push_back(between_override(arguments.between));
  return overrides;
}

/// Who asks for a power does not want the half-width that the scenario may have for other days; nor does who
/// repeats what is written to the results file.
void keep_goal_of_options(const SizeArguments& arguments, ScenarioFile& file) {
  if (!arguments.power && !arguments.assurance && !arguments.half_width) return;
  Value* const table = file.tree.find("size");
  if (table == nullptr || !table->is_table()) return;
  const auto keep = [&](const char* key, bool asked, std::optional<double>& goal) {
    if (asked) return;
    table->erase(key);
    goal.reset();
  };
  SizePart& size = file.scenario.size;
  keep("power", arguments.power.has_value(), size.power);
  keep("assurance", arguments.assurance.has_value(), size.assurance);
  keep("half_width", arguments.half_width.has_value(), size.half_width);
}

LoadedScenario load(const SizeArguments& arguments) {
  Problems problems;
  std::optional<ScenarioFile> file = load_scenario(arguments.scenario, overrides_of(arguments), problems);
  if (!file) throw InvalidInput(problems);
  keep_goal_of_options(arguments, *file);
  ConditionLoader condition = remembering_loader();
  std::optional<Study> study = build(*file, condition, problems);
  check_assured_size({file->scenario, file->tree, nullptr, problems});
  problems.throw_if_any();
  return {std::move(*file), std::move(condition), std::move(*study)};
}

SizeGoal goal_of(const LoadedScenario& loaded) {
  const ScenarioFile& file = loaded.file;
  const Design& design = loaded.study.plan.design;
  const SizePart& size = file.scenario.size;
  SizeGoal goal;
  goal.aim.kind = size.half_width ? ResponseKind::half_width : ResponseKind::rejection;
  goal.assured = size.assurance.has_value();
  goal.target = size.half_width  ? *size.half_width
                : size.assurance ? *size.assurance
                                 : size.power.value_or(usual_power);
  const std::size_t hypotheses = design.hypotheses.size();
  goal.shown = size.shown;
  if (goal.shown.empty()) goal.shown = hypotheses == 1 ? design.hypotheses.front().name : "all";
  const auto named = std::ranges::find(design.hypotheses, goal.shown, &Hypothesis::name);
  if (named != design.hypotheses.end()) {
    goal.aim.hypothesis = static_cast<std::size_t>(named - design.hypotheses.begin());
  } else {
    goal.aim.which = goal.shown == "any" ? Aim::Which::any : Aim::Which::all;
  }
  goal.key = varied_key_of(file, loaded.condition);
  Problems problems;
  goal.values = values_of(file, goal.key, loaded.condition, problems);
  problems.throw_if_any();
  if (goal.key.is_participants()) goal.rounding = size.round;
  goal.lost = size.lost;
  return goal;
}

/// Trials of the checks: of an assurance as many of every draw, and enough to see how their powers differ;
/// before them come as many with every key at its value.
CheckTrials trials_to_verify(const SizeGoal& goal, const Scenario& scenario) {
  const std::uint64_t asked = scenario.size.verify;
  if (!goal.assured) return {asked, false};
  const std::uint64_t draws = scenario.assurance->draws;
  return {draws * std::max<std::uint64_t>(2, (asked + draws - 1) / draws), true};
}

/// By the scenario's own counts, and of participants by their number.
SizeBudget budget_of(const SizeGoal& goal, std::uint64_t verify, const Plan& plan) {
  SizeBudget budget;
  budget.seconds = seconds_of_cheap_searches;
  budget.seconds_a_trial = [&plan, participants = goal.key.is_participants()](double value) {
    return trial_cost(plan, participants ? value : static_cast<double>(plan.design.participants));
  };
  budget.checks = 2 * verify;  // made again where it moves the answer
  return budget;
}

/// `plan` must outlive it.
SizeQuestion question_of(const SizeGoal& goal, const Scenario& scenario, const Plan& plan) {
  const SizePart& size = scenario.size;
  SizeQuestion question;
  question.kind = goal.aim.kind;
  question.target = goal.target;
  question.values = goal.values;
  if (goal.key.is_participants()) question.start = goal.values.nearest(*goal.key.present);
  question.grain = static_cast<double>(plan.design.allocation_total());
  question.precision = size.precision;
  // What the draws of an assurance leave open is wider than any trials could make it.
  if (!size.precision && !goal.assured) question.budget = budget_of(goal, size.verify, plan);
  question.most_trials = size.trials;
  if (goal.assured) question.unit = scenario.assurance->draws;
  question.first_replicate = first_search_replicate;
  return question;
}

std::vector<int> group_sizes(const LoadedScenario& loaded) {
  Problems none;  // the condition was loaded once already
  const ScenarioFile& file = loaded.file;
  const std::unique_ptr<Condition> condition = loaded.condition(
      {file.scenario.condition, {}, file.file.parent_path(), file.condition_overrides, {}}, none);
  std::vector<int> sizes;
  for (const ArmPart& arm : file.scenario.arms) {
    const bool meets = condition != nullptr && condition->delivery(arm.therapy).in_groups;
    sizes.push_back(meets ? file.scenario.groups.size : 0);
  }
  return sizes;
}

void say_what_is_missing(const SizeSummary& summary) {
  const SizeAnswer& answer = summary.size.answer;
  if (answer.outcome == SizeOutcome::found && !answer.precise) {
    fmt::print(stderr,
               "equipoise: after {} trials, the most allowed, the answer is not yet as precise as {}\n",
               grouped(answer.trials), summary.precision_asked ? "asked" : "usual");
  }
  if (summary.size.contradicted) {
    fmt::print(stderr,
               "equipoise: {} checks in a row missed the target where the curve through all trials reached "
               "it; the answer may lie where the power does not rise smoothly: narrow the range with "
               "--between, or run the numbers beside it\n",
               summary.size.searches);
  } else if (answer.outcome == SizeOutcome::undecided) {
    fmt::print(stderr,
               "equipoise: {} trials, the most allowed, do not tell the answer; allow more with --trials\n",
               grouped(answer.trials));
  }
}

/// The number of a value that the protocol would name.
Recommend recommend_for(const SizeGoal& goal, const Design& design, const std::vector<int>& groups) {
  return [&](double value) {
    if (!goal.key.is_participants()) return value;
    const auto participants = static_cast<std::size_t>(value);
    return static_cast<double>(round_up(participants, design, groups, goal.rounding));
  };
}

/// What the draws leave open widens the answer's interval.
void allow_for_draws(const SizeSearch& search, const SizeTrials& trials, SizeSummary& summary) {
  if (!names_a_value(summary)) return;
  summary.draws = trials.draws();
  if (!summary.draws) return;
  SizeAnswer& answer = summary.size.answer;
  summary.draws->trials_lower = answer.lower;
  summary.draws->trials_upper = answer.upper;
  answer =
      search.allowing_for(summary.draws->assurance.draws_error, summary.draws->effective_draws - 1.0, answer);
}

/// Searches and verifies; fills what the summary tells of both.
void look_for_size(const LoadedScenario& loaded, SizeTrials& trials, SizeSummary& summary,
                   std::vector<Batch>& batches) {
  const Scenario& scenario = loaded.file.scenario;
  const CheckTrials checks = trials_to_verify(summary.goal, scenario);
  const Design& design = loaded.study.plan.design;
  const std::vector<int> groups = group_sizes(loaded);
  const SizeSearch* running = nullptr;
  SizeSearch search(question_of(summary.goal, scenario, loaded.study.plan),
                    [&](double value, std::uint64_t first, std::uint64_t count) {
                      return trials.make(value, first, count, running->expected_trials() + checks.trials);
                    });
  running = &search;
  summary.size = verified_size(search, recommend_for(summary.goal, design, groups), checks,
                               [&](double value, std::uint64_t first, std::uint64_t count) {
                                 return trials.verify(value, first, count);
                               });
  batches.assign(search.batches().begin(), search.batches().end());
  summary.batches = batches.size();
  summary.checks.assign(search.checks().begin(), search.checks().end());
  batches.insert(batches.end(), summary.checks.begin(), summary.checks.end());
  summary.tried.assign(search.tried().begin(), search.tried().end());
  summary.precision_asked = scenario.size.precision.has_value();
  for (const double value : search.telling_values()) {
    const FittedResponse fitted = *search.fitted(value);
    summary.curve.push_back({value, fitted.response, fitted.lower, fitted.upper});
  }
  allow_for_draws(search, trials, summary);
  if (names_a_value(summary) && summary.goal.key.is_participants()) {
    summary.rounded = rounded_sizes(summary.size.answer.value, summary.goal.lost, design, groups);
  }
}

std::unique_ptr<SizeTrials> trials_for(const SizeGoal& goal, SizeTrialsSetup setup,
                                       const std::atomic<bool>& stop) {
  if (goal.assured) return std::make_unique<AssuredTrials>(std::move(setup), stop);
  return std::make_unique<PlannedTrials>(std::move(setup), stop);
}

int say_interrupted(const SizeTrials& trials) {
  fmt::print(stderr, "equipoise: interrupted after {} trials of the search\n", grouped(trials.done()));
  return exit_failure;
}

int size(const SizeArguments& arguments, const std::string& command_line) {
  const auto started = std::chrono::steady_clock::now();
  Interruption interruption;
  const LoadedScenario loaded = load(arguments);
  tell_warnings(loaded.study.warnings);
  warn_of_wrong_sides(loaded.study, arguments.threads, interruption.asked());
  RunOptions few = loaded.study.options;
  few.threads = arguments.threads;
  tell_where_no_fit_is_usable(loaded.study.plan, few, interruption.asked());
  interruption.keep_what_is_done();
  ResultsOutput output(arguments, arguments.scenario.file, arguments.quiet);
  output.go_on_without_file();  // a search is worth more than its file
  SizeSummary summary;
  summary.title = loaded.file.scenario.title;
  summary.seed = loaded.study.options.seed;
  summary.hypotheses = loaded.study.plan.design.hypotheses.size();
  summary.goal = goal_of(loaded);

  const std::unique_ptr<SizeTrials> trials =
      trials_for(summary.goal,
                 {loaded.file, loaded.condition, summary.goal.key, summary.goal.aim, summary.seed,
                  arguments.threads, command_line, output.wanted() ? &output : nullptr, arguments.quiet},
                 interruption.asked());
  std::vector<Batch> batches;
  look_for_size(loaded, *trials, summary, batches);
  if (summary.size.answer.outcome == SizeOutcome::interrupted) return say_interrupted(*trials);
  const CheckTrials checks = trials_to_verify(summary.goal, loaded.file.scenario);
  // The file is that of a trial; where none is enough, of the best that was allowed.
  if (output.wanted() && !names_a_value(summary) &&
      trials->verify(summary.size.recommended, checks.after_as_many ? checks.trials : 0, checks.trials)
              .trials < checks.trials) {
    return say_interrupted(*trials);
  }
  if (output.wanted() || names_a_value(summary)) summary.arms = trials->arms();
  if (output.wanted()) trials->keep(tables_of(summary, batches));
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  print_answer(text_in(arguments.format, summary, size_table, size_json, size_csv));
  say_what_is_missing(summary);
  return output.end(summary.size.answer.outcome == SizeOutcome::undecided ? exit_failure : exit_success);
}

void add_goal(CLI::App& command, SizeArguments& arguments) {
  command.add_option("--power", arguments.power, "The power to reach; 0.9 unless given (size.power)");
  command.add_option(
      "--assurance", arguments.assurance,
      "Instead of a power as planned: the power to reach on average over what [assurance] says "
      "is not known (size.assurance)");
  command.add_option("--half-width", arguments.half_width,
                     "Instead of a power: the mean half-width of the estimate's confidence interval "
                     "(size.half_width)");
  command
      .add_option("--for", arguments.shown,
                  "What is to be shown: a hypothesis by its name, any or all of them (size.for)")
      ->type_name("HYPOTHESIS");
  command
      .add_option("--vary", arguments.vary,
                  "The number to vary, by its dotted key; cohort.participants unless given (size.vary)")
      ->type_name("KEY");
  command.add_option("--between", arguments.between, "The smallest and the largest value (size.between)")
      ->delimiter(',')
      ->expected(2)
      ->type_name("LOW,HIGH");
  command.add_option("--precision", arguments.precision,
                     "Half-width of the answer's 95 % interval, in units of the key (size.precision)");
  command
      .add_option("--round", arguments.round,
                  "Round participants up to none, allocation, blocks or groups (size.round)")
      ->type_name("WORD");
  command.add_option("--lost", arguments.lost,
                     "Share lost beyond the scenario's own dropout, for which the number is made larger "
                     "(size.lost)");
}

void add_options(CLI::App& command, SizeArguments& arguments) {
  add_scenario_arguments(command, arguments.scenario);
  add_goal(command, arguments);
  command.add_option("--trials", arguments.trials, "Trials that the search may spend (size.trials)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 1); });
  command.add_option("--verify", arguments.verify, "Trials that check the answer (size.verify)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 1); });
  add_output_arguments(command, arguments,
                       "Write the search and the verification's every replicate to this HDF5 file",
                       "FILE.h5");
  add_work_arguments(command, arguments);
}

}  // namespace

Command add_size(CLI::App& program, std::string command_line) {
  CLI::App* command = program.add_subcommand("size", "Find how many participants a trial needs");
  command->footer(
      "Simulates trials of different sizes, fits a curve to their power and looks where it crosses the one\n"
      "that is asked for, until the answer's interval is narrow enough; then checks it with trials of its "
      "own.\n"
      "Any other number can be varied too: --vary therapy.cbt.effect.pain_severity finds the smallest "
      "effect\n"
      "that the trial can show, --vary groups.icc the largest that it can bear.");
  const auto arguments = std::make_shared<SizeArguments>();
  add_options(*command, *arguments);
  return {command, [arguments, line = std::move(command_line)] { return size(*arguments, line); }};
}

}  // namespace equipoise
