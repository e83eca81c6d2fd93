#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/scenario/build_assurance.hpp"
#include "engine/scenario/varied_key.hpp"
#include "engine/study/aim.hpp"
#include "engine/study/try_plan.hpp"

namespace equipoise {

/// Trials of every draw of a scenario's [assurance], as many of each, at any value of a key: their mean
/// response is the assurance there. The draws are the same at every value.
class DrawTrials {
 public:
  /// `scenario` was built without problems and has an [assurance].
  DrawTrials(ScenarioFile scenario, VariedKey key, ConditionLoader load, const Aim& aim);

  /// Counts nothing but what the aim asks. `replicates.trials` is a multiple of the draws; the first draw has
  /// the first of them. None where `stop` is set meanwhile: without some of its draws the mean is another.
  /// `on_trials` is told how many are done, from one thread at a time. Throws InvalidInput where the value
  /// makes no trial.
  [[nodiscard]] Responses operator()(double value, const ReplicateRange& replicates,
                                     const std::atomic<bool>& stop,
                                     const std::function<void(std::uint64_t done)>& on_trials);

 private:
  [[nodiscard]] AssuranceRun run_at(double value) const;
  [[nodiscard]] Plan plan_of(const AssuranceRun& run, std::size_t draw, double value);

  ScenarioFile scenario_;
  VariedKey key_;
  ConditionLoader load_;
  Aim aim_;
  // Nothing but the cohort's size depends on the number of participants, and the last digits of a dropout
  // that is solved over cohorts of that size: where it is varied, each draw's plan is made once and kept.
  std::unique_ptr<const AssuranceRun> of_every_number_;
  std::vector<std::unique_ptr<const Plan>> kept_;  // [draw]
};

}  // namespace equipoise
