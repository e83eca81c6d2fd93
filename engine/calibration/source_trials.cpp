#include "engine/calibration/source_trials.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/run/ordered_blocks.hpp"
#include "engine/scenario/build.hpp"
#include "engine/scenario/parameter_matters.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

// Retention has a standard error of 0.3 / sqrt(5000) = 0.004 then, small beside that of any trial's.
constexpr std::size_t dropout_participants = 5'000;

constexpr const char* parameters_file = "parameters.toml";
constexpr const char* evidence_file = "evidence.toml";

/// Loads the condition of the folder at hand, whatever name a trial's scenario calls it by: a copied folder
/// calibrates itself.
ConditionLoader loader_of(const fs::path& folder, const ConditionLoader& load) {
  return [folder = fs::absolute(folder).string(), load](const ConditionRequest& request, Problems& problems) {
    ConditionRequest own = request;
    own.name = folder;
    return load(own, problems);
  };
}

/// The scenario with the condition's free parameters at these scores; its own overrides come last.
ScenarioFile at_scores(const SimulatedSource& trial, const std::vector<FreeParameter>& parameters,
                       const Eigen::VectorXd& scores) {
  ScenarioFile changed = trial.scenario;
  std::vector<Override> overrides;
  for (const std::size_t j : trial.depends) {
    const FreeParameter& parameter = parameters[j];
    overrides.push_back({parameter.path,
                         Value::of(parameter.prior.at_score(scores(static_cast<Eigen::Index>(j)))),
                         Place{"calibration", 0, 0}});
  }
  overrides.insert(overrides.end(), changed.condition_overrides.begin(), changed.condition_overrides.end());
  changed.condition_overrides = std::move(overrides);
  return changed;
}

/// Puts one trial's participants behind those of the trials before it.
void append_people(const TrialWorkspace& trial, std::size_t offset, std::int32_t first_group,
                   const Design& design, PooledTrials& pooled) {
  const TrialData& data = trial.data;
  const std::size_t people = data.participants();
  for (std::size_t i = 0; i < people; ++i) {
    pooled.data.arm[offset + i] = data.arm[i];
    pooled.data.group[offset + i] = data.group[i] < 0 ? -1 : first_group + data.group[i];
    pooled.data.seen[offset + i] = data.seen[i];
    pooled.sessions[offset + i] = trial.people.sessions[i];
  }
  for (std::size_t e = 0; e < design.endpoints.size(); ++e) {
    for (std::size_t v = 0; v < design.visit_count(); ++v) {
      const auto from = data.values.at(id_at<EndpointId>(e), id_at<VisitId>(v));
      const auto to = pooled.data.values.at(id_at<EndpointId>(e), id_at<VisitId>(v));
      std::ranges::copy(from, to.subspan(offset, people).begin());
    }
  }
}

/// Draws so many trials of a plan and puts everybody into one.
void draw_pooled(const Plan& plan, std::uint64_t seed, std::size_t participants, StopFlag stop,
                 PooledTrials& pooled) {
  TrialWorkspace workspace(plan);
  const std::size_t people = plan.design.participants;
  const std::size_t trials = (participants + people - 1) / people;
  pooled.data.resize(trials * people, plan.design.endpoints.size(), plan.design.visit_count());
  pooled.sessions.resize(trials * people);
  std::int32_t groups = 0;
  for (std::size_t r = 0; r < trials; ++r) {
    stop.check();
    draw_trial(plan, Streams(seed, r), workspace);
    append_people(workspace, r * people, groups, plan.design, pooled);
    groups += static_cast<std::int32_t>(workspace.people.groups.size());
  }
}

/// The trials of an evidence file that have a scenario, each read and built once at the condition's own
/// values.
class TrialReader {
 public:
  TrialReader(CalibrationSource& source, const Value& root, const ConditionLoader& load, Problems& problems)
      : source_(source), root_(root), load_(load), problems_(problems) {}

  void read(const Evidence& evidence) {
    for (const auto& [name, place, trial] : evidence.trials.items) {
      if (trial.scenario.empty()) continue;
      auto file = read_scenario(source_.folder / trial.scenario, {}, problems_);
      if (!file) continue;
      const auto study = build(*file, load_, problems_, {dropout_participants});
      if (!study || !in_months(*file)) continue;
      add(name, std::move(*file), study->plan.design, evidence);
    }
  }

 private:
  bool in_months(const ScenarioFile& file) {
    if (file.scenario.schedule.unit == TimeUnit::months) return true;
    problems_.add(place_of(file.tree, "schedule.unit"), "the visits of a source trial are in weeks",
                  "its evidence names months", "write the visits in months");
    return false;
  }
  void add(const std::string& name, ScenarioFile file, const Design& design, const Evidence& evidence) {
    SimulatedSource trial{name, std::move(file), design, {}, {}};
    for (std::size_t j = 0; j < source_.parameters.size(); ++j) {
      if (parameter_matters(source_.parameters[j].path, trial.scenario, design)) trial.depends.push_back(j);
    }
    for (std::size_t t = 0; t < evidence.targets.size(); ++t) {
      const Target& target = evidence.targets[t];
      if (target.trial != name || target.role == TargetRole::note) continue;
      const auto found = place_of_target(target, root_.find("target")->items()[t], design, problems_);
      if (!found) continue;
      trial.targets.push_back(source_.targets.size());
      source_.targets.push_back({target, *found});
    }
    if (!trial.targets.empty()) source_.trials.push_back(std::move(trial));
  }

  CalibrationSource& source_;
  const Value& root_;
  const ConditionLoader& load_;
  Problems& problems_;
};

/// What is wrong with the trials' scenarios themselves, where something else is wrong as well.
void check_scenarios(const fs::path& folder, const Evidence& evidence, const ConditionLoader& load,
                     Problems& problems) {
  for (const auto& [name, place, trial] : evidence.trials.items) {
    if (trial.scenario.empty()) continue;
    Problems own;
    if (const auto file = read_scenario(folder / trial.scenario, {}, own)) {
      (void)load_and_check(*file, load, own);
    }
    problems.add_new(own);
  }
}

}  // namespace

std::optional<CalibrationSource> read_calibration(const fs::path& folder, const ConditionLoader& load,
                                                  Problems& problems) {
  CalibrationSource source;
  source.folder = folder;
  const ConditionLoader own = loader_of(folder, load);
  const auto condition = own({"", {(folder / parameters_file).string(), 0, 0}, folder, {}, {}}, problems);
  Value root = Value::make_table();
  const auto evidence = read_evidence(folder / evidence_file, root, problems);
  if (condition == nullptr || !evidence || !problems.empty()) {
    if (evidence) check_scenarios(folder, *evidence, own, problems);
    return std::nullopt;  // free_parameters expects a condition that is right
  }
  source.name = condition->name();
  source.parameters = free_parameters(read_toml(folder / parameters_file, problems));
  if (source.parameters.empty()) {
    problems.add({(folder / parameters_file).string(), 0, 0}, "no parameter has a prior",
                 "there is nothing to calibrate", "write prior = { normal = [mean, sd] } beside a value");
  }
  TrialReader(source, root, own, problems).read(*evidence);
  for (const Target& target : evidence->targets) {
    if (target.role == TargetRole::note) source.notes.push_back(target);
  }
  if (!problems.empty()) return std::nullopt;
  return source;
}

/// One trial at one choice of the parameters that matter to it.
struct SourcePredictions::Task {
  const SimulatedSource* trial = nullptr;
  Eigen::Index point = 0;  // a point with this choice
  std::vector<double> predicted;
  Problems problems;
};

SourcePredictions::SourcePredictions(const CalibrationSource& source, ConditionLoader load,
                                     SimulationOptions options, const std::atomic<bool>& stop,
                                     std::function<void()> on_trial)
    : source_(source),
      load_(loader_of(source.folder, load)),
      options_(options),
      stop_(stop),
      on_trial_(std::move(on_trial)) {}

void SourcePredictions::simulate(Task& task, const Eigen::MatrixXd& scores) const {
  const SimulatedSource& trial = *task.trial;
  const ScenarioFile scenario = at_scores(trial, source_.parameters, scores.col(task.point));
  const auto study =
      build(scenario, load_, task.problems, {std::min(options_.participants, dropout_participants)});
  if (!study) {
    task.problems.add({(source_.folder / parameters_file).string(), 0, 0},
                      fmt::format("the priors reach this in the trial '{}'", trial.name),
                      "a calibration tries values that stand in no file",
                      "cut a prior off with within = [low, high]");
    return;
  }
  PooledTrials pooled;
  draw_pooled(study->plan, options_.seed, options_.participants, StopFlag(stop_), pooled);
  for (const std::size_t t : trial.targets) {
    const SimulatedTarget& target = source_.targets[t];
    task.predicted.push_back(statistic_of(target.target, target.place, trial.design, pooled));
  }
}

Eigen::MatrixXd SourcePredictions::operator()(const Eigen::MatrixXd& scores) const {
  std::vector<Task> tasks;
  // Of each trial and point the task that answers it; points that differ only in what does not matter to a
  // trial share one.
  std::vector<std::vector<std::size_t>> answers;
  for (const SimulatedSource& trial : source_.trials) {
    std::map<std::vector<double>, std::size_t> known;
    std::vector<std::size_t>& of_trial = answers.emplace_back();
    for (Eigen::Index point = 0; point < scores.cols(); ++point) {
      std::vector<double> choice;
      for (const std::size_t j : trial.depends) choice.push_back(scores(static_cast<Eigen::Index>(j), point));
      const auto [found, is_new] = known.try_emplace(std::move(choice), tasks.size());
      if (is_new) tasks.push_back({&trial, point, {}, {}});
      of_trial.push_back(found->second);
    }
  }
  for_each_block_in_order(
      worker_count(options_.threads), [&](std::uint64_t task) { return task < tasks.size() && !stop_; },
      [&](std::uint64_t task, std::size_t) { simulate(tasks[task], scores); },
      [&](std::uint64_t task, std::size_t) {
        tasks[task].problems.throw_if_any();
        if (on_trial_) on_trial_();
      });
  if (stop_) throw Interrupted();
  Eigen::MatrixXd predicted(static_cast<Eigen::Index>(source_.targets.size()), scores.cols());
  for (std::size_t s = 0; s < source_.trials.size(); ++s) {
    const SimulatedSource& trial = source_.trials[s];
    for (Eigen::Index point = 0; point < scores.cols(); ++point) {
      const Task& task = tasks[answers[s][static_cast<std::size_t>(point)]];
      for (std::size_t t = 0; t < trial.targets.size(); ++t) {
        predicted(static_cast<Eigen::Index>(trial.targets[t]), point) = task.predicted[t];
      }
    }
  }
  return predicted;
}

}  // namespace equipoise
