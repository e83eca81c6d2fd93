#include "engine/scenario/build_cells.hpp"

#include <utility>
#include <vector>

#include "engine/scenario/schema/path.hpp"
#include "engine/scenario/sweep_factors.hpp"

namespace equipoise {
namespace {

// A point of a sensitivity study has a few hundred trials: a retention that is true to 0.002 is good enough.
constexpr std::size_t point_dropout_participants = 20'000;

/// Without a base the lists and their values are looked at.
std::optional<CellStudy> build_sweep(const ScenarioFile& file, std::optional<Study> base,
                                     const ConditionLoader& load, Problems& problems) {
  std::vector<Factor> factors = sweep_factors(file, problems);
  if (factors.empty()) return std::nullopt;
  ScenarioCells scenarios(file, std::move(factors), load);
  scenarios.check_all(problems);
  if (!base || !problems.empty()) return std::nullopt;
  return CellStudy{std::move(*base), std::move(scenarios), file.scenario.sweep, {}, {}};
}

std::optional<CellStudy> build_sensitivity(const ScenarioFile& file, std::optional<Study> base,
                                           const ConditionLoader& load, Problems& problems) {
  std::optional<SensitivityPlan> plan = sensitivity_plan(file, base ? base->options : RunOptions{}, problems);
  if (!plan) return std::nullopt;
  ScenarioCells scenarios(file, plan->factors, load, {point_dropout_participants});
  check_sensitivity(*plan, scenarios, problems);
  if (!base || !problems.empty()) return std::nullopt;
  return CellStudy{std::move(*base), std::move(scenarios), {}, file.scenario.sensitivity, std::move(plan)};
}

}  // namespace

Replicates CellStudy::replicates(std::size_t cell) const {
  if (plan) return plan->study.replicates(cell);
  const std::uint64_t trials = base.options.trials;
  return {sweep->common_random_numbers ? 0 : cell * trials, trials};
}

Cells CellStudy::cells(const std::atomic<bool>& stop) const {
  const std::uint64_t participants =
      sensitivity ? sensitivity->truth_participants : base.options.truth_participants;
  return {scenarios.count(), [this](std::size_t cell) { return replicates(cell); },
          [this, participants, &stop](std::size_t cell) { return scenarios.cell(cell, participants, stop); }};
}

CellsOptions CellStudy::options() const {
  // The points of a sensitivity study have as many trials as it says.
  const std::optional<double> precision = sensitivity ? std::nullopt : base.options.precision;
  return {base.options.seed, precision, base.options.threads};
}

CellTable CellStudy::table() const {
  CellTable table;
  table.cells = scenarios.count();
  table.factors = scenarios.columns();
  for (std::size_t cell = 0; cell < table.cells; ++cell) {
    table.first_replicates.push_back(replicates(cell).first);
  }
  table.keep_replicates = sweep && sweep->replicates;
  if (sweep) table.reference = sweep->reference;
  if (plan) table.sensitivity = described(*plan, *sensitivity);
  return table;
}

std::optional<CellStudy> build_cells(const ScenarioFile& file, const ConditionLoader& load,
                                     Problems& problems) {
  std::optional<Study> base = build(file, load, problems);
  if (file.scenario.sweep && file.scenario.sensitivity) {
    problems.add(place_of(file.tree, "sensitivity"), "there is a [sweep] and a [sensitivity]",
                 "a study's cells are those of one of them", "put the other into a scenario of its own");
    (void)build_sweep(file, std::nullopt, load, problems);
  }
  return file.scenario.sensitivity ? build_sensitivity(file, std::move(base), load, problems)
                                   : build_sweep(file, std::move(base), load, problems);
}

}  // namespace equipoise
