#include "engine/scenario/build.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/scenario/analysis_options.hpp"
#include "engine/scenario/check_design.hpp"
#include "engine/scenario/check_hypotheses.hpp"
#include "engine/scenario/check_size.hpp"
#include "engine/scenario/check_testing.hpp"
#include "engine/scenario/idle_keys.hpp"
#include "engine/scenario/profile_dropout.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/scenario/warnings.hpp"

namespace equipoise {
namespace {

constexpr std::uint64_t usual_trials = 10'000;

// How many people are drawn to find how many meet the entry criteria, in steps. Most profiles are settled by
// the first; by the last, a share of lowest_entry_rate is known to a tenth of itself.
constexpr std::size_t entry_people_first = 2'000;
constexpr std::size_t entry_people_last = 100'000;
constexpr std::uint64_t entry_seed = 770;

std::unique_ptr<Condition> load_for(const ScenarioFile& file, const ConditionLoader& load,
                                    Problems& problems) {
  if (file.scenario.condition.empty()) return nullptr;
  const std::vector<KeyRow> rows = scenario_keys().rows();
  const std::vector<std::string> keys = declared_paths(rows, file.tree);
  ConditionRequest request{file.scenario.condition, place_of(file.tree, "condition"), file.file.parent_path(),
                           file.condition_overrides, keys};
  if (auto condition = load(request, problems)) return condition;
  if (file.condition_overrides.empty()) return nullptr;
  // With its overrides it cannot be had; its names still tell what else is wrong.
  Problems told_already;
  request.overrides = {};
  return load(request, told_already);
}

template <class Items, class Name>
std::size_t index_of(const Items& items, const Name& name) {
  const auto found = std::ranges::find(items, name, [](const auto& item) { return item.name; });
  EQUIPOISE_EXPECTS(found != items.end());
  return static_cast<std::size_t>(found - items.begin());
}

/// The visit at a time in the scenario's unit.
VisitId visit_at(double time, const Design& design) {
  const std::vector<double>& visits = design.shown_visits();
  const auto visit = std::ranges::find(visits, time);
  EQUIPOISE_EXPECTS(visit != visits.end());
  return id_at<VisitId>(static_cast<std::size_t>(visit - visits.begin()) + 1);
}

std::vector<double> months_of_visits(const SchedulePart& schedule) {
  std::vector<double> months;
  for (const double time : schedule.visits) months.push_back(in_months(time, schedule.unit));
  return months;
}

Hypothesis hypothesis_from(const HypothesisPart& part, const Design& design) {
  std::uint32_t averaged = 0;
  for (const double time : part.visits) averaged |= 1U << visit_at(time, design).value;
  return {.name = part.name,
          .endpoint = id_at<EndpointId>(index_of(design.endpoints, part.endpoint)),
          .visit = visit_at(part.visit ? *part.visit : part.visits.back(), design),
          .treatment = id_at<ArmId>(index_of(design.arms, part.compare[0])),
          .comparator = id_at<ArmId>(index_of(design.arms, part.compare[1])),
          .test = kind_of(part.test),
          .margin = part.margin.value_or(0.0),
          .transform = part.transform,
          .averaged_visits = averaged,
          .power_counts = part.power_counts.value_or(PowerCounts::benefit)};
}

Design design_from(const Scenario& scenario, std::span<const Endpoint> measured) {
  Design design;
  design.participants = scenario.cohort.participants;
  design.sites = scenario.cohort.sites;
  design.visits = months_of_visits(scenario.schedule);
  design.time_unit = scenario.schedule.unit;
  if (design.time_unit != TimeUnit::months) design.visits_in_unit = scenario.schedule.visits;
  for (const ArmPart& arm : scenario.arms) design.arms.push_back({arm.name, arm.therapy, arm.allocation});
  design.block_size =
      scenario.cohort.block_size.value_or(2 * static_cast<std::size_t>(design.allocation_total()));
  design.endpoints.assign(measured.begin(), measured.end());
  for (const HypothesisPart& part : scenario.hypotheses)
    design.hypotheses.push_back(hypothesis_from(part, design));
  return design;
}

CohortRules cohort_rules(const Scenario& scenario, const Condition& condition) {
  CohortRules rules;
  for (const ArmPart& arm : scenario.arms) rules.deliveries.push_back(condition.delivery(arm.therapy));
  rules.groups = {.size = scenario.groups.size,
                  .minimum = std::min(scenario.groups.minimum, scenario.groups.size),
                  .longest_wait = scenario.groups.longest_wait_weeks / weeks_per_month,
                  .groups_per_therapist = scenario.groups.groups_per_therapist};
  rules.clock = scenario.schedule.clock;
  rules.enrolment_rate =
      scenario.cohort.enrolment_rate.value_or(condition.enrolment_rate(scenario.cohort.profile));
  return rules;
}

PlannedAnalysis planned_analysis(const AnalysisPart& part, const HypothesisPart& hypothesis,
                                 const Design& design) {
  PlannedAnalysis planned{part.name.empty() ? std::string(name_of(*part.method)) : part.name,
                          analysis_options(part, hypothesis, design),
                          {},
                          part.fallback};
  for (const std::string& word : part.fallback) {
    planned.fallbacks.push_back(analysis_options(fallback_of(part, word), hypothesis, design));
  }
  return planned;
}

std::vector<PlannedTest> planned_tests(const Scenario& scenario, const Design& design, Level level) {
  std::vector<PlannedTest> tests;
  for (std::size_t h = 0; h < design.hypotheses.size(); ++h) {
    const Hypothesis& hypothesis = design.hypotheses[h];
    const Direction better = design.endpoints[hypothesis.endpoint.index()].better;
    const Question question(hypothesis.test, better_after(hypothesis.transform, better), hypothesis.margin,
                            level);
    const HypothesisPart& part = scenario.hypotheses[h];
    PlannedTest test{contrast_of(hypothesis, better), question, {}};
    test.analyses.push_back(planned_analysis(part.analysis, part, design));
    for (const AnalysisPart& alternative : part.alternatives) {
      test.analyses.push_back(planned_analysis(alternative, part, design));
    }
    tests.push_back(std::move(test));
  }
  return tests;
}

ModelRequest model_request(const Scenario& scenario, const Condition& condition) {
  ModelRequest request;
  request.profile = scenario.cohort.profile;
  request.endpoints = measured_endpoints(scenario);
  const std::string looked_at = dropout_endpoint(scenario, condition);
  // People who leave for what they feel are asked for it, whether it is reported or not.
  if (!looked_at.empty() && std::ranges::find(request.endpoints, looked_at) == request.endpoints.end()) {
    request.endpoints.push_back(looked_at);
  }
  request.visits = months_of_visits(scenario.schedule);
  for (const ArmPart& arm : scenario.arms) request.therapies.push_back(arm.therapy);
  request.clusters = {scenario.groups.icc, scenario.groups.therapist_icc, scenario.cohort.site_icc};
  return request;
}

void check_entry(const OutcomeModel& model, const CheckContext& context) {
  double rate = 0.0;
  for (std::size_t people = entry_people_first; people <= entry_people_last; people *= 7) {
    rate = model.entry_rate(Streams(entry_seed, 0), people);
    if (rate >= 10.0 * lowest_entry_rate) return;
  }
  if (rate >= lowest_entry_rate) return;
  context.add("cohort.profile",
              fmt::format("{:.3g} % of the people of '{}' meet its entry criteria", 100.0 * rate,
                          context.scenario.cohort.profile),
              fmt::format("at least {:g} % must, or the criteria do not describe these people",
                          100.0 * lowest_entry_rate),
              "change the profile's entry criteria or its means and spreads");
}

RunOptions run_options(const Scenario& scenario) {
  RunOptions options;
  options.seed = scenario.seed;
  options.precision = scenario.run.precision;
  options.truth_participants = scenario.run.truth_participants;
  // The variance of a share is at most a quarter.
  const double enough = options.precision ? std::ceil(0.25 / (*options.precision * *options.precision)) : 0.0;
  const auto most = static_cast<std::uint64_t>(std::min(enough, std::ldexp(1.0, 53)));
  options.trials =
      scenario.run.trials.value_or(options.precision ? std::max(most, usual_trials) : usual_trials);
  return options;
}

Provenance provenance_of(const ScenarioFile& file, const Condition& condition, const RunOptions& options) {
  return {.title = file.scenario.title,
          .scenario_file = file.file.string(),
          .scenario_text = to_toml(file.tree),
          .condition = condition.name(),
          .parameters_text = condition.parameters_text(),
          .command_line = {},
          .seed = options.seed,
          .planned_trials = options.precision ? 0 : options.trials};
}

Study study_from(const ScenarioFile& file, const Condition& condition,
                 std::shared_ptr<const OutcomeModel> model, const BuildOptions& careful) {
  const Scenario& scenario = file.scenario;
  const Design design = design_from(scenario, model->endpoints());
  const Level level{scenario.testing.alpha, scenario.testing.sides};
  const CohortProcess process(design, cohort_rules(scenario, condition));
  Dropout dropout = solve_dropout(design, process, *model, dropout_rules(scenario, condition, design),
                                  careful.dropout_participants);
  const RunOptions options = run_options(scenario);
  const auto assumed = condition.assumed();
  Problems told;
  Problems warnings = warnings_of({scenario, file.tree, &condition, told});
  warn_of_idle_keys(file, design, warnings);
  return {Plan{design, std::move(model), process, std::move(dropout), planned_tests(scenario, design, level),
               level, Multiplicity(multiplicity_rules(scenario), design.hypotheses.size())},
          options,
          provenance_of(file, condition, options),
          {assumed.begin(), assumed.end()},
          std::move(warnings)};
}

}  // namespace

std::unique_ptr<Condition> load_and_check(const ScenarioFile& file, const ConditionLoader& load,
                                          Problems& problems) {
  std::unique_ptr<Condition> condition = load_for(file, load, problems);
  const CheckContext context{file.scenario, file.tree, condition.get(), problems};
  check_design(context);
  check_hypotheses(context);
  check_testing(context);
  check_size(context);
  return condition;
}

std::optional<Study> build(const ScenarioFile& file, const ConditionLoader& load, Problems& problems,
                           const BuildOptions& options) {
  const std::unique_ptr<Condition> condition = load_and_check(file, load, problems);
  const CheckContext context{file.scenario, file.tree, condition.get(), problems};
  if (!problems.empty() || condition == nullptr) return std::nullopt;
  std::shared_ptr<const OutcomeModel> model =
      condition->outcome_model(model_request(file.scenario, *condition));
  check_entry(*model, context);
  if (!problems.empty()) return std::nullopt;
  return study_from(file, *condition, std::move(model), options);
}

}  // namespace equipoise
