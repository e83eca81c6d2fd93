#include "tools/cli/assured_trials.hpp"

#include <cmath>
#include <utility>

#include "engine/study/run_cells.hpp"

namespace equipoise {
namespace {

/// The scenario with what the verification asks of its trials, so that the results file tells how to repeat
/// it.
ScenarioFile with_trials(const ScenarioFile& scenario, std::uint64_t trials, Problems& problems) {
  const Place place{"size.verify", 0, 0};
  const std::uint64_t each = trials / scenario.scenario.assurance->draws;
  const auto number = [&](std::uint64_t count) { return Value::of(static_cast<std::int64_t>(count), place); };
  const std::vector<Override> changes{{"run.trials", number(trials), place},
                                      {"assurance.trials", number(each), place}};
  return scenario_from(scenario.tree, scenario.file, changes, problems);
}

}  // namespace

AssuredTrials::AssuredTrials(SizeTrialsSetup setup, const std::atomic<bool>& stop)
    : SizeTrials(setup, stop),
      trials_(std::move(setup.scenario), std::move(setup.key), std::move(setup.condition), setup.aim) {}

AssuredTrials::~AssuredTrials() {
  discard();
}

void AssuredTrials::discard() {
  if (begun_) setup().output->restart();
  begun_ = false;
}

Responses AssuredTrials::make_trials(double value, const ReplicateRange& replicates,
                                     const OnTrials& on_trials) {
  return trials_(value, replicates, stop(), on_trials);
}

void AssuredTrials::begin_file() {
  Study& base = verification_->base;
  base.provenance.command_line = setup().command_line;
  begun_ = true;
  setup().output->begin_cells(base.provenance, base.plan.design, analysis_labels(base.plan),
                              verification_->table());
}

Responses AssuredTrials::verify_trials(double value, const ReplicateRange& replicates,
                                       const OnTrials& on_trials) {
  discard();
  verification_.reset();
  Problems problems;
  const ScenarioFile scenario =
      with_trials(scenario_at(setup().scenario, setup().key, value, problems), replicates.trials, problems);
  std::optional<AssuranceRun> built = build_assurance(
      scenario, setup().condition, problems, {.first_replicate = replicates.first - replicates.trials});
  problems.throw_if_any();
  verification_ = std::make_unique<AssuranceRun>(std::move(*built));
  AssuranceRun& run = *verification_;
  run.base.options.threads = replicates.threads;
  if (setup().output != nullptr) begin_file();
  Responses responses;
  const CellsDone done = run_cells(
      setup().output != nullptr ? run.cells(stop()) : run.without_truths(), run.options(), setup().output,
      stop(),
      [&](std::size_t cell, const CellResult& result) {
        run.study.add(cell, result);
        if (cell == 0) arms_ = result.characteristics.arms;
        if (cell > 0) responses.merge(responses_of(result.rejections, setup().aim));
      },
      [&](const Progress& progress) { on_trials(progress.trials_done / 2); });
  return done.cells == run.study.cells() ? responses : Responses{};
}

void AssuredTrials::keep(const SizeTables& size) {
  if (!begun_) return;
  setup().output->add_size(size);
  setup().output->finish_cells(true, {}, {}, verification_->study.result());
  begun_ = false;
}

std::vector<ArmSummary> AssuredTrials::arms() const {
  return arms_;
}

std::optional<DrawsOfSize> AssuredTrials::draws() const {
  if (!verification_) return std::nullopt;
  const AssuranceStudy& study = verification_->study;
  DrawsOfSize draws;
  draws.assurance = study.of(setup().aim);
  draws.draws = study.draws_done();
  draws.effective_draws = study.effective_draws();
  draws.trials_per_draw = study.replicates(1).count;
  draws.keys = verification_->keys;
  return draws;
}

}  // namespace equipoise
