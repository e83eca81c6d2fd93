#include "tools/cli/size_trials.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/run/truth.hpp"

namespace equipoise {

SizeTrials::SizeTrials(SizeTrialsSetup setup, const std::atomic<bool>& stop)
    : setup_(std::move(setup)), stop_(stop), bar_(!setup_.quiet, 0.0) {}

Study SizeTrials::study_with(double value) const {
  Problems problems;
  std::optional<Study> study = study_at(setup_.scenario, setup_.key, value, setup_.condition, problems);
  problems.throw_if_any();
  return std::move(*study);
}

void SizeTrials::show(std::uint64_t done, std::uint64_t expected) {
  bar_({done, std::max(done, expected), 0.0});
}

Responses SizeTrials::make(double value, std::uint64_t first, std::uint64_t trials, std::uint64_t expected) {
  if (stop_) return {};
  const Study study = study_with(value);
  const Responses responses = try_plan(study.plan, setup_.aim, {setup_.seed, first, trials, setup_.threads},
                                       stop_, [&](std::uint64_t done) { show(done_ + done, expected); });
  done_ += responses.trials;
  return responses;
}

Responses SizeTrials::verify(double value, std::uint64_t first, std::uint64_t trials) {
  if (stop_) return {};
  verification_.reset();
  Study study = study_with(value);
  study.provenance.command_line = setup_.command_line;
  study.provenance.planned_trials = trials;
  RunOptions options = study.options;
  options.first_replicate = first;
  options.trials = trials;
  options.precision.reset();
  options.threads = setup_.threads;
  std::unique_ptr<ResultsFile> file;
  std::vector<TrueValue> truths(study.plan.tests.size());
  if (setup_.output) {
    file = std::make_unique<ResultsFile>(*setup_.output);
    // True values are for the file: the search does not look at them.
    truths = true_values(study.plan, options.seed, options.truth_participants, options.threads, &stop_);
  }
  verification_ = std::make_unique<VerificationRun>(std::move(study), setup_.aim, std::move(file));
  const Study& kept = verification_->study();
  verification_->begin(kept.provenance, kept.plan.design, analysis_labels(kept.plan));
  const auto on_progress = [&](const Progress& progress) {
    show(done_ + progress.trials_done, done_ + progress.trials_planned);
  };
  (void)run_trials(kept.plan, truths, options, verification_.get(), stop_, on_progress);
  return verification_->responses();
}

}  // namespace equipoise
