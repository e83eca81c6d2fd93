#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/run/truth.hpp"
#include "models/condition_loader.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/format.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/output_file.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/scenario_arguments.hpp"
#include "tools/cli/size_summary.hpp"
#include "tools/cli/verification_run.hpp"
#include "tools/cli/whole_number.hpp"

namespace equipoise {
namespace {

constexpr double usual_power = 0.9;

// The search's own replicates: far from those of a run, of which the verification is one, and from the
// truth's.
constexpr std::uint64_t first_search_replicate = std::uint64_t{1} << 62U;

struct SizeArguments {
  ScenarioArguments scenario;
  std::optional<double> power;
  std::optional<double> half_width;
  std::optional<std::string> shown;
  std::optional<std::string> vary;
  std::vector<double> between;
  std::optional<double> precision;
  std::optional<std::int64_t> trials;
  std::optional<std::int64_t> verify;
  std::optional<std::string> round;
  std::optional<std::int64_t> seed;
  std::optional<std::string> output;
  int threads = 0;
  std::string format = "table";
  bool quiet = false;
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
  put("--half-width", "size.half_width", arguments.half_width);
  put("--for", "size.for", arguments.shown);
  put("--vary", "size.vary", arguments.vary);
  put("--precision", "size.precision", arguments.precision);
  put("--trials", "size.trials", arguments.trials);
  put("--verify", "size.verify", arguments.verify);
  put("--round", "size.round", arguments.round);
  put("--seed", "seed", arguments.seed);
  if (!arguments.between.empty()) overrides.push_back(between_override(arguments.between));
  return overrides;
}

SizeGoal goal_of(const ScenarioFile& file, const Design& design) {
  const SizePart& size = file.scenario.size;
  SizeGoal goal;
  goal.aim.kind = size.half_width ? ResponseKind::half_width : ResponseKind::rejection;
  goal.target = size.half_width ? *size.half_width : size.power.value_or(usual_power);
  const std::size_t hypotheses = design.hypotheses.size();
  goal.shown = size.shown;
  if (goal.shown.empty()) goal.shown = hypotheses == 1 ? design.hypotheses.front().name : "all";
  const auto named = std::ranges::find(design.hypotheses, goal.shown, &Hypothesis::name);
  if (named != design.hypotheses.end()) {
    goal.aim.hypothesis = static_cast<std::size_t>(named - design.hypotheses.begin());
  } else {
    goal.aim.which = goal.shown == "any" ? Aim::Which::any : Aim::Which::all;
  }
  goal.key = varied_key_of(file, load_condition);
  Problems problems;
  goal.values = values_of(file, goal.key, load_condition, problems);
  problems.throw_if_any();
  if (goal.key.is_participants()) goal.rounding = size.round;
  return goal;
}

SizeQuestion question_of(const SizeGoal& goal, const SizePart& size) {
  SizeQuestion question;
  question.kind = goal.aim.kind;
  question.target = goal.target;
  question.values = goal.values;
  if (goal.key.is_participants()) question.start = goal.values.nearest(*goal.key.present);
  question.precision = size.precision;
  question.most_trials = size.trials;
  question.first_replicate = first_search_replicate;
  return question;
}

/// Everything that makes trials: at any value of the key, with progress on the way.
class Trials {
 public:
  Trials(const SizeArguments& arguments, const LoadedScenario& loaded, const SizeGoal& goal,
         std::string command_line)
      : arguments_(arguments),
        loaded_(loaded),
        goal_(goal),
        command_line_(std::move(command_line)),
        bar_(!arguments.quiet, 0.0) {}

  Responses make(double value, std::uint64_t first, std::uint64_t trials, std::uint64_t expected) {
    if (stop()) return {};
    const Study study = study_with(value);
    const Responses responses =
        try_plan(study.plan, goal_.aim, {loaded_.study.options.seed, first, trials, arguments_.threads},
                 stop(), [&](std::uint64_t done) { show(done_ + done, expected); });
    done_ += responses.trials;
    return responses;
  }

  Responses verify(double value, std::uint64_t first, std::uint64_t trials) {
    if (stop()) return {};
    if (verification_) verification_->discard();
    Study study = study_with(value);
    study.provenance.command_line = command_line_;
    study.provenance.planned_trials = trials;
    RunOptions options = study.options;
    options.first_replicate = first;
    options.trials = trials;
    options.precision.reset();
    options.threads = arguments_.threads;
    std::unique_ptr<ResultsFile> file;
    if (arguments_.output) {
      file = std::make_unique<ResultsFile>(output_file(*arguments_.output, arguments_.scenario.file));
    }
    // True values are for the file: the search does not look at them.
    std::vector<Simulated> truths(study.plan.tests.size());
    if (file) {
      truths = true_values(study.plan, options.seed, options.truth_participants, options.threads, &stop());
    }
    verification_ = std::make_unique<VerificationRun>(std::move(study), goal_.aim, std::move(file));
    const Study& kept = verification_->study();
    verification_->begin(kept.provenance, kept.plan.design, analysis_labels(kept.plan));
    const auto on_progress = [&](const Progress& progress) {
      show(done_ + progress.trials_done, done_ + progress.trials_planned);
    };
    (void)run_trials(kept.plan, truths, options, verification_.get(), stop(), on_progress);
    return verification_->responses();
  }

  [[nodiscard]] VerificationRun* verification() { return verification_.get(); }
  [[nodiscard]] std::uint64_t done() const { return done_; }

 private:
  [[nodiscard]] const std::atomic<bool>& stop() const { return interruption_.asked(); }

  [[nodiscard]] Study study_with(double value) const {
    Problems problems;
    std::optional<Study> study = study_at(loaded_.file, goal_.key, value, load_condition, problems);
    problems.throw_if_any();
    return std::move(*study);
  }

  void show(std::uint64_t done, std::uint64_t expected) { bar_({done, std::max(done, expected), 0.0}); }

  const SizeArguments& arguments_;
  const LoadedScenario& loaded_;
  const SizeGoal& goal_;
  std::string command_line_;
  Interruption interruption_;
  ProgressBar bar_;
  std::unique_ptr<VerificationRun> verification_;
  std::uint64_t done_ = 0;
};

std::vector<int> group_sizes(const LoadedScenario& loaded) {
  Problems none;  // the condition was loaded once already
  const ScenarioFile& file = loaded.file;
  const std::unique_ptr<Condition> condition = load_condition(
      {file.scenario.condition, {}, file.file.parent_path(), file.condition_overrides, {}}, none);
  std::vector<int> sizes;
  for (const ArmPart& arm : file.scenario.arms) {
    const bool meets = condition != nullptr && condition->delivery(arm.therapy).in_groups;
    sizes.push_back(meets ? file.scenario.groups.size : 0);
  }
  return sizes;
}

std::vector<RoundedSize> rounded_sizes(double value, const Design& design, const std::vector<int>& groups) {
  std::vector<RoundedSize> rounded;
  for (const auto& [name, rounding] : NamesOf<Rounding>::all) {
    const bool any_groups = std::ranges::any_of(groups, [](int size) { return size > 0; });
    if (rounding == Rounding::groups && !any_groups) continue;
    rounded.push_back({rounding, participants_at_once(design, groups, rounding),
                       round_up(static_cast<std::size_t>(value), design, groups, rounding)});
  }
  return rounded;
}

bool names_a_value(const SizeSummary& summary) {
  return summary.size.answer.outcome == SizeOutcome::found ||
         summary.size.answer.outcome == SizeOutcome::everywhere;
}

SizeTables tables_of(const SizeSummary& summary, std::span<const Batch> batches) {
  const SizeAnswer& answer = summary.size.answer;
  SizeTables tables;
  tables.vary = summary.goal.key.path;
  tables.unit = summary.goal.key.unit;
  tables.goal = goal_name(summary.goal.aim.kind);
  tables.shown = summary.goal.shown;
  tables.outcome = name_of(answer.outcome);
  tables.target = summary.goal.target;
  tables.answer = names_a_value(summary) ? answer.value : std::nan("");
  tables.exact = answer.exact;
  tables.lower = answer.lower;
  tables.upper = answer.upper;
  tables.recommended = summary.size.recommended;
  for (const Batch& batch : batches) {
    tables.batches.push_back({batch.value, batch.first_replicate, batch.responses.trials,
                              batch.responses.count, batch.responses.sum});
  }
  tables.curve = summary.curve;
  return tables;
}

std::string text_of(const SizeSummary& summary, Format format) {
  switch (format) {
    case Format::table:
      return size_table(summary);
    case Format::json:
      return size_json(summary);
    case Format::csv:
      return size_csv(summary);
  }
  return {};
}

void say_what_is_missing(const SizeSummary& summary) {
  const SizeAnswer& answer = summary.size.answer;
  if (answer.outcome == SizeOutcome::found && !answer.precise) {
    fmt::print(stderr,
               "equipoise: after {} trials, the most allowed, the answer is not yet as precise as asked\n",
               grouped(answer.trials));
  }
  if (answer.outcome == SizeOutcome::undecided) {
    fmt::print(stderr,
               "equipoise: {} trials, the most allowed, do not tell the answer; allow more with --trials\n",
               grouped(answer.trials));
  }
}

int size(const SizeArguments& arguments, const std::string& command_line) {
  const auto started = std::chrono::steady_clock::now();
  LoadedScenario loaded = load_scenario(arguments.scenario, overrides_of(arguments));
  // Who asks for a power does not want the half-width that the scenario may have for other days.
  if (arguments.power) loaded.file.scenario.size.half_width.reset();
  // Before the work: a file that cannot be written is better known now.
  if (arguments.output) ResultsFile probe(output_file(*arguments.output, arguments.scenario.file));
  const SizePart& part = loaded.file.scenario.size;
  const Design& design = loaded.study.plan.design;

  SizeSummary summary;
  summary.title = loaded.file.scenario.title;
  summary.seed = loaded.study.options.seed;
  summary.hypotheses = design.hypotheses.size();
  summary.goal = goal_of(loaded.file, design);
  const std::vector<int> groups = group_sizes(loaded);
  const auto recommend = [&](double value) {
    if (!summary.goal.key.is_participants()) return value;
    return static_cast<double>(
        round_up(static_cast<std::size_t>(value), design, groups, summary.goal.rounding));
  };

  Trials trials(arguments, loaded, summary.goal, command_line);
  SizeSearch* running = nullptr;
  SizeSearch search(question_of(summary.goal, part),
                    [&](double value, std::uint64_t first, std::uint64_t count) {
                      return trials.make(value, first, count, running->expected_trials() + part.verify);
                    });
  running = &search;
  const TryValue verify = [&](double value, std::uint64_t first, std::uint64_t count) {
    return trials.verify(value, first, count);
  };
  summary.size = verified_size(search, recommend, part.verify, verify);
  if (summary.size.answer.outcome == SizeOutcome::interrupted) {
    if (trials.verification() != nullptr) trials.verification()->discard();
    fmt::print(stderr, "equipoise: interrupted after {} trials of the search\n", grouped(trials.done()));
    return exit_failure;
  }
  // The file is that of a trial; where none is enough, of the largest that was allowed.
  if (arguments.output && !names_a_value(summary))
    (void)trials.verify(summary.size.recommended, 0, part.verify);

  summary.tried = search.tried();
  summary.batches = search.batches().size();
  for (const double value : search.telling_values()) {
    const FittedResponse fitted = *search.fitted(value);
    summary.curve.push_back({value, fitted.response, fitted.lower, fitted.upper});
  }
  if (names_a_value(summary) && summary.goal.key.is_participants()) {
    summary.rounded = rounded_sizes(summary.size.answer.value, design, groups);
  }
  if (trials.verification() != nullptr) summary.arms = trials.verification()->characteristics().arms;
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (trials.verification() != nullptr) trials.verification()->keep(tables_of(summary, search.batches()));
  fmt::print("{}", text_of(summary, *value_of<Format>(arguments.format)));
  std::fflush(stdout);  // the answer before any message about it
  say_what_is_missing(summary);
  if (arguments.output && !arguments.quiet) fmt::print(stderr, "The results are in {}.\n", *arguments.output);
  return summary.size.answer.outcome == SizeOutcome::undecided ? exit_failure : exit_success;
}

}  // namespace

Simulated mean_response(ResponseKind kind, const Responses& responses) {
  if (responses.count == 0) return {std::nan(""), std::nan("")};
  const auto n = static_cast<double>(responses.count);
  const double mean = responses.mean();
  const double variance = kind == ResponseKind::rejection ? mean * (1.0 - mean) : responses.variance();
  return {mean, std::sqrt(variance / n)};
}

std::string goal_name(ResponseKind kind) {
  return kind == ResponseKind::rejection ? "power" : "half_width";
}

namespace {

void add_goal(CLI::App& command, SizeArguments& arguments) {
  command.add_option("--power", arguments.power, "The power to reach; 0.9 unless given (size.power)");
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
}

void add_options(CLI::App& command, SizeArguments& arguments) {
  add_scenario_arguments(command, arguments.scenario);
  add_goal(command, arguments);
  command.add_option("--trials", arguments.trials, "Trials that the search may spend (size.trials)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 1); });
  command.add_option("--verify", arguments.verify, "Fresh trials that check the answer (size.verify)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 1); });
  command.add_option("--seed", arguments.seed, "The seed of all random numbers (seed)")
      ->check([](const std::string& text) { return wrong_whole_number(text, 0); });
  command
      .add_option("-o,--output", arguments.output,
                  "Write the search and the verification's every replicate to this HDF5 file")
      ->type_name("FILE.h5");
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

Command add_size(CLI::App& program, std::string command_line) {
  CLI::App* command = program.add_subcommand("size", "Find how many participants a trial needs");
  command->footer(
      "Simulates trials of different sizes, fits a curve to their power and looks where it crosses the one\n"
      "that is asked for, until the answer's interval is narrow enough; then checks it with fresh trials.\n"
      "Any other number can be varied too: --vary therapy.cbt.effect.pain_severity finds the smallest "
      "effect\n"
      "that the trial can show, --vary groups.icc the largest that it can bear.");
  const auto arguments = std::make_shared<SizeArguments>();
  add_options(*command, *arguments);
  return {command, [arguments, line = std::move(command_line)] { return size(*arguments, line); }};
}

}  // namespace equipoise
