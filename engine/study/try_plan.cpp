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
  Slot(const Plan& plan, StopFlag stop) : workspace(plan, stop) {}
  TrialWorkspace workspace;
  TrialOutcome outcome;
  Responses responses;
  bool cut_short = false;
};

/// Fewer trials where they are interrupted.
void run_block(const Plan& plan, const Aim& aim, const ReplicateRange& replicates, Slot& slot) {
  slot.responses = {};
  slot.cut_short = false;
  try {
    for (std::uint64_t k = 0; k < replicates.trials; ++k) {
      run_trial(plan, Streams(replicates.seed, replicates.first + k), slot.workspace, slot.outcome);
      add_response(slot.outcome, aim, slot.responses);
    }
  } catch (const Interrupted&) {
    slot.cut_short = true;
  }
}

}  // namespace

Responses try_plan(const Plan& plan, const Aim& aim, const ReplicateRange& replicates,
                   const std::atomic<bool>& stop, const std::function<void(std::uint64_t done)>& on_trials) {
  const int workers = worker_count(replicates.threads);
  std::vector<std::unique_ptr<Slot>> slots;
  for (std::size_t s = 0; s < slot_count(workers); ++s)
    slots.push_back(std::make_unique<Slot>(plan, StopFlag(stop)));
  const std::uint64_t blocks = (replicates.trials + block_trials - 1) / block_trials;
  Responses all;
  bool cut_short = false;
  for_each_block_in_order(
      workers, [&](std::uint64_t number) { return number < blocks && !stop; },
      [&](std::uint64_t number, std::size_t s) {
        ReplicateRange block = replicates;
        block.first += number * block_trials;
        block.trials = std::min(block_trials, replicates.trials - number * block_trials);
        run_block(plan, aim, block, *slots[s]);
      },
      [&](std::uint64_t, std::size_t s) {
        if (cut_short) return;
        cut_short = slots[s]->cut_short;
        all.merge(slots[s]->responses);
        if (on_trials) on_trials(all.trials);
      });
  return all;
}

}  // namespace equipoise
