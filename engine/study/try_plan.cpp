#include "engine/study/try_plan.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/run/ordered_blocks.hpp"
#include "engine/run/trial_block.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

struct Slot {
  explicit Slot(const Plan& plan) : workspace(plan) {}
  TrialWorkspace workspace;
  TrialOutcome outcome;
  Responses responses;
};

}  // namespace

Responses try_plan(const Plan& plan, const Aim& aim, const ReplicateRange& replicates,
                   const std::atomic<bool>& stop, const std::function<void(std::uint64_t done)>& on_trials) {
  const int workers = worker_count(replicates.threads);
  std::vector<std::unique_ptr<Slot>> slots;
  for (std::size_t s = 0; s < slot_count(workers); ++s) slots.push_back(std::make_unique<Slot>(plan));
  const std::uint64_t blocks = (replicates.trials + block_trials - 1) / block_trials;
  Responses all;
  for_each_block_in_order(
      workers, [&](std::uint64_t number) { return number < blocks && !stop; },
      [&](std::uint64_t number, std::size_t s) {
        Slot& slot = *slots[s];
        slot.responses = {};
        const std::uint64_t first = number * block_trials;
        const std::uint64_t end = std::min(first + block_trials, replicates.trials);
        for (std::uint64_t k = first; k < end; ++k) {
          run_trial(plan, Streams(replicates.seed, replicates.first + k), slot.workspace, slot.outcome);
          add_response(slot.outcome, aim, slot.responses);
        }
      },
      [&](std::uint64_t, std::size_t s) {
        all.merge(slots[s]->responses);
        if (on_trials) on_trials(all.trials);
      });
  return all;
}

}  // namespace equipoise
