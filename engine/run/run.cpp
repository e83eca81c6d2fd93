#include "engine/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "engine/characteristics/tally.hpp"
#include "engine/run/ordered_blocks.hpp"

namespace equipoise {
namespace {

// Trials in a block. Fixed, for the order of the sums depends on it; large enough that handing out a block
// costs nothing beside running it, small enough that two cores share even a short run evenly.
constexpr std::uint64_t block_trials = 50;

// No precision is trusted before so many trials: a handful that all agree look precise by accident.
constexpr std::uint64_t fewest_trials = 1'000;

/// What one block under way needs.
struct Slot {
  Slot(const Plan& plan, std::span<const TrueValue> truths)
      : workspace(plan), tally(plan, truths), outcomes(block_trials) {}

  TrialWorkspace workspace;
  Tally tally;
  std::vector<TrialOutcome> outcomes;
  std::size_t used = 0;
};

void run_block(const Plan& plan, const RunOptions& options, std::uint64_t block, Slot& slot) {
  const std::uint64_t first = block * block_trials;
  slot.used = static_cast<std::size_t>(std::min(block_trials, options.trials - first));
  slot.tally.clear();
  for (std::size_t k = 0; k < slot.used; ++k) {
    run_trial(plan, Streams(options.seed, first + k), slot.workspace, slot.outcomes[k]);
    slot.tally.add(slot.outcomes[k], slot.workspace);
  }
}

}  // namespace

RunResult run_trials(const Plan& plan, std::span<const TrueValue> truths, const RunOptions& options,
                     ResultSink* sink, const std::atomic<bool>& stop,
                     const std::function<void(const Progress&)>& on_progress) {
  const int workers = worker_count(options.threads);
  std::vector<std::unique_ptr<Slot>> slots;
  for (std::size_t s = 0; s < slot_count(workers); ++s) slots.push_back(std::make_unique<Slot>(plan, truths));
  Tally total(plan, truths);
  const std::uint64_t blocks = (options.trials + block_trials - 1) / block_trials;
  std::atomic<bool> precise = false;

  const auto next = [&](std::uint64_t block) { return block < blocks && !precise && !stop; };
  const auto work = [&](std::uint64_t block, std::size_t s) { run_block(plan, options, block, *slots[s]); };
  const auto fold = [&](std::uint64_t, std::size_t s) {
    // Blocks already under way when the precision was reached are thrown away: how many there are is a matter
    // of luck.
    if (precise) return;
    const Slot& slot = *slots[s];
    total.merge(slot.tally);
    if (sink != nullptr) sink->write({slot.outcomes.data(), slot.used});
    const double worst = total.worst_power_mcse();
    precise = options.precision && total.trials() >= fewest_trials && worst <= *options.precision;
    if (on_progress) on_progress({total.trials(), options.trials, worst});
  };

  const auto started = std::chrono::steady_clock::now();
  for_each_block_in_order(workers, next, work, fold);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;

  RunResult result;
  result.characteristics = total.characteristics(plan);
  result.complete = precise || total.trials() == options.trials;
  result.seconds = elapsed.count();
  if (sink != nullptr && total.trials() > 0) sink->finish(result.characteristics, result.complete);
  return result;
}

}  // namespace equipoise
