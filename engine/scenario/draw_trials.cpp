#include "engine/scenario/draw_trials.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/expects.hpp"
#include "engine/study/run_cells.hpp"

namespace equipoise {
namespace {

// Whoever looks at many values believes none of them but by a curve through all: a retention that is true to
// 0.004 costs nothing that an interval would show.
constexpr BuildOptions roughly{.dropout_participants = 5'000};
// Some dozens of kilobytes each; the plans of more draws are made again at every value.
constexpr std::size_t most_kept = 2'000;

}  // namespace

DrawTrials::DrawTrials(ScenarioFile scenario, VariedKey key, ConditionLoader load, const Aim& aim)
    : scenario_(std::move(scenario)), key_(std::move(key)), load_(std::move(load)), aim_(aim) {
  EQUIPOISE_EXPECTS(scenario_.scenario.assurance.has_value() && aim.kind == ResponseKind::rejection);
}

AssuranceRun DrawTrials::run_at(double value) const {
  Problems problems;
  const ScenarioFile changed = scenario_at(scenario_, key_, value, problems);
  std::optional<AssuranceRun> run =
      build_assurance(changed, load_, problems, {.base = roughly, .draw = roughly});
  problems.throw_if_any();
  return std::move(*run);
}

/// Called by any thread, once a draw at a time.
Plan DrawTrials::plan_of(const AssuranceRun& run, std::size_t draw, double value) {
  if (!key_.is_participants()) return run.scenarios.study(draw + 1).plan;
  const auto participants = static_cast<std::size_t>(value);
  if (draw >= kept_.size()) return with_participants(run.scenarios.study(draw + 1).plan, participants);
  if (kept_[draw] == nullptr) kept_[draw] = std::make_unique<const Plan>(run.scenarios.study(draw + 1).plan);
  return with_participants(*kept_[draw], participants);
}

Responses DrawTrials::operator()(double value, const ReplicateRange& replicates,
                                 const std::atomic<bool>& stop,
                                 const std::function<void(std::uint64_t done)>& on_trials) {
  std::optional<AssuranceRun> of_this_value;
  if (!key_.is_participants()) {
    of_this_value = run_at(value);
  } else if (of_every_number_ == nullptr) {
    of_every_number_ = std::make_unique<const AssuranceRun>(run_at(*key_.present));
    kept_.resize(std::min(most_kept, of_every_number_->study.cells() - 1));
  }
  const AssuranceRun& run = of_this_value ? *of_this_value : *of_every_number_;
  const std::size_t draws = run.study.cells() - 1;
  EQUIPOISE_EXPECTS(replicates.trials > 0 && replicates.trials % draws == 0);
  const std::uint64_t each = replicates.trials / draws;
  const Cells cells{draws,
                    [&](std::size_t draw) {
                      return Replicates{replicates.first + draw * each, each};
                    },
                    [&](std::size_t draw) { return cell_without_truths(plan_of(run, draw, value)); }};
  Responses all;
  const CellsDone done = run_cells(
      cells, {replicates.seed, std::nullopt, replicates.threads}, nullptr, stop,
      [&](std::size_t, const CellResult& result) { all.merge(responses_of(result.rejections, aim_)); },
      [&](const Progress& progress) { on_trials(progress.trials_done); });
  return done.cells == draws ? all : Responses{};
}

}  // namespace equipoise
