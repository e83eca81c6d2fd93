#include "tools/cli/planned_trials.hpp"

#include <utility>

#include "engine/run/truth.hpp"
#include "engine/study/try_plan.hpp"

namespace equipoise {

Study PlannedTrials::study_with(double value) const {
  Problems problems;
  std::optional<Study> study = study_at(setup().scenario, setup().key, value, setup().condition, problems);
  problems.throw_if_any();
  return std::move(*study);
}

Responses PlannedTrials::make_trials(double value, const ReplicateRange& replicates,
                                     const OnTrials& on_trials) {
  return try_plan(study_with(value).plan, setup().aim, replicates, stop(), on_trials);
}

Responses PlannedTrials::verify_trials(double value, const ReplicateRange& replicates,
                                       const OnTrials& on_trials) {
  verification_.reset();
  Study study = study_with(value);
  study.provenance.command_line = setup().command_line;
  study.provenance.planned_trials = replicates.trials;
  RunOptions options = study.options;
  options.first_replicate = replicates.first;
  options.trials = replicates.trials;
  options.precision.reset();
  options.threads = replicates.threads;
  std::vector<TrueValue> truths(study.plan.tests.size());
  if (setup().output != nullptr) {
    // True values are for the file: the search does not look at them.
    truths = true_values(study.plan, options.seed, options.truth_participants, options.threads, &stop());
  }
  verification_ = std::make_unique<VerificationRun>(std::move(study), setup().aim, setup().output);
  const Study& kept = verification_->study();
  verification_->begin(kept.provenance, kept.plan.design, analysis_labels(kept.plan));
  (void)run_trials(kept.plan, truths, options, verification_.get(), stop(),
                   [&](const Progress& progress) { on_trials(progress.trials_done); });
  return verification_->responses();
}

void PlannedTrials::keep(const SizeTables& size) {
  if (verification_) verification_->keep(size);
}

std::vector<ArmSummary> PlannedTrials::arms() const {
  return verification_ ? verification_->characteristics().arms : std::vector<ArmSummary>{};
}

}  // namespace equipoise
