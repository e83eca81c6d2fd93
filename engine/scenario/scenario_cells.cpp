#include "engine/scenario/scenario_cells.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/expects.hpp"
#include "engine/run/truth.hpp"
#include "engine/scenario/check_context.hpp"
#include "engine/scenario/profile_dropout.hpp"
#include "engine/scenario/schema/document.hpp"

namespace equipoise {
namespace {

/// What a results file has one list of for all cells.
struct Lists {
  std::vector<std::string> arms;
  std::vector<double> visits;
  TimeUnit time_unit = TimeUnit::months;
  std::vector<std::string> endpoints;
  std::vector<std::string> hypotheses;
  std::vector<std::string> analyses;
};

Lists lists_of(const Scenario& scenario, const Condition& condition) {
  Lists lists;
  for (const ArmPart& arm : scenario.arms) lists.arms.push_back(arm.name);
  lists.visits = scenario.schedule.visits;
  lists.time_unit = scenario.schedule.unit;
  lists.endpoints = measured_endpoints(scenario);
  // Measured, too, where people leave for it.
  const std::string looked_at = dropout_endpoint(scenario, condition);
  if (!looked_at.empty() && std::ranges::find(lists.endpoints, looked_at) == lists.endpoints.end()) {
    lists.endpoints.push_back(looked_at);
  }
  for (const HypothesisPart& hypothesis : scenario.hypotheses) {
    lists.hypotheses.push_back(hypothesis.name);
    const auto add = [&](const AnalysisPart& analysis) {
      lists.analyses.push_back(fmt::format("{}", fmt::join(analysis.fallback, ", ")));
    };
    add(hypothesis.analysis);
    std::ranges::for_each(hypothesis.alternatives, add);
  }
  return lists;
}

/// The first of the lists that differs, by its name; empty where none does.
std::string_view difference(const Lists& a, const Lists& b) {
  if (a.arms != b.arms) return "arms";
  if (a.visits != b.visits || a.time_unit != b.time_unit) return "visits";
  if (a.endpoints != b.endpoints) return "endpoints";
  if (a.hypotheses != b.hypotheses) return "hypotheses";
  return a.analyses != b.analyses ? "alternative analyses or fallbacks" : "";
}

ScenarioFile without_studies(ScenarioFile file) {
  for (const char* const table : {"sweep", "sensitivity", "assurance", "size"}) file.tree.erase(table);
  return file;
}

}  // namespace

ScenarioCells::ScenarioCells(ScenarioFile base, std::vector<Factor> factors, ConditionLoader load,
                             const BuildOptions& options)
    : base_(without_studies(std::move(base))),
      factors_(std::move(factors)),
      load_(std::move(load)),
      options_(options) {
  EQUIPOISE_EXPECTS(!factors_.empty());
}

ScenarioFile ScenarioCells::scenario(std::size_t cell, Problems& problems) const {
  std::vector<Override> overrides;
  for (const Factor& factor : factors_) {
    overrides.push_back({factor.key, factor.values[cell], factor.place});
  }
  return scenario_from(base_.tree, base_.file, overrides, problems);
}

bool ScenarioCells::names_value(std::size_t cell, const Place& place) const {
  return std::ranges::any_of(factors_, [&](const Factor& factor) {
    return factor.values[cell].place() == place || factor.place == place;
  });
}

void ScenarioCells::check(std::span<const std::size_t> cells, Problems& problems) const {
  Problems of_base;
  const ScenarioFile base = scenario_from(base_.tree, base_.file, {}, of_base);
  const auto condition = load_and_check(base, load_, of_base);
  std::optional<Lists> lists;
  if (of_base.empty()) lists = lists_of(base.scenario, *condition);
  of_base.add_new(problems);
  std::set<std::string> told;
  for (const Problem& problem : of_base.all()) told.insert(to_text(problem));
  for (const std::size_t cell : cells) {
    Problems own;
    const ScenarioFile file = scenario(cell, own);
    const auto of_cell = load_and_check(file, load_, own);
    for (Problem problem : own.all()) {
      if (!told.insert(to_text(problem)).second) continue;
      if (!names_value(cell, problem.place)) {
        problem.what = fmt::format("in the cell {}: {}", text_of(cell), problem.what);
      }
      problems.add(std::move(problem));
    }
    if (!lists || !own.empty() || of_cell == nullptr) continue;
    const std::string_view other = difference(*lists, lists_of(file.scenario, *of_cell));
    if (other.empty() || !told.insert(std::string(other)).second) continue;
    problems.add(factors_.front().place,
                 fmt::format("the cell {} has other {} than the scenario", text_of(cell), other),
                 "a results file has one list of them for all cells",
                 other == "endpoints" ? "name those that some cells lack in schedule.endpoints"
                                      : "run scenarios with other lists one by one");
  }
}

void ScenarioCells::check_all(Problems& problems) const {
  std::vector<std::size_t> all(count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  check(all, problems);
}

Study ScenarioCells::study(std::size_t cell) const {
  Problems own;
  const ScenarioFile file = scenario(cell, own);
  std::optional<Study> study = build(file, load_, own, options_);
  Problems problems;
  for (Problem problem : own.all()) {
    problem.what = fmt::format("in the cell {}: {}", text_of(cell), problem.what);
    problems.add(std::move(problem));
  }
  problems.throw_if_any();
  EQUIPOISE_EXPECTS(study.has_value());
  return std::move(*study);
}

Cell ScenarioCells::cell(std::size_t cell, std::uint64_t truth_participants,
                         const std::atomic<bool>& stop) const {
  Study made = study(cell);
  std::vector<TrueValue> truths = true_values(made.plan, made.options.seed, truth_participants, 1, &stop);
  return {std::move(made.plan), std::move(truths)};
}

std::vector<CellFactor> ScenarioCells::columns() const {
  std::vector<CellFactor> columns;
  for (const Factor& factor : factors_) {
    CellFactor column{factor.key, {}, {}};
    const bool numbers = std::ranges::all_of(factor.values, &Value::is_number);
    for (const Value& value : factor.values) {
      if (numbers) {
        column.numbers.push_back(value.number());
      } else {
        column.words.push_back(value.is_string() ? value.text() : to_inline_toml(value));
      }
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

std::string ScenarioCells::text_of(std::size_t cell) const {
  std::string text;
  for (const Factor& factor : factors_) {
    text +=
        fmt::format("{}{} = {}", text.empty() ? "" : ", ", factor.key, to_inline_toml(factor.values[cell]));
  }
  return text;
}

}  // namespace equipoise
