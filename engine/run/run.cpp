#include "engine/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "engine/characteristics/tally.hpp"
#include "engine/run/ordered_blocks.hpp"
#include "engine/run/trial_block.hpp"

namespace equipoise {

RunResult run_trials(const Plan& plan, std::span<const TrueValue> truths, const RunOptions& options,
                     ResultSink* sink, const std::atomic<bool>& stop,
                     const std::function<void(const Progress&)>& on_progress) {
  const int workers = worker_count(options.threads);
  std::vector<std::unique_ptr<TrialBlock>> slots;
  for (std::size_t s = 0; s < slot_count(workers); ++s) {
    slots.push_back(std::make_unique<TrialBlock>(plan, truths, StopFlag(stop)));
  }
  Tally total(plan, truths);
  const std::uint64_t blocks = (options.trials + block_trials - 1) / block_trials;
  std::atomic<bool> precise = false;
  bool cut_short = false;

  const auto next = [&](std::uint64_t block) { return block < blocks && !precise && !stop; };
  const auto size_of = [&](std::uint64_t block) {
    return std::min(block_trials, options.trials - block * block_trials);
  };
  const auto work = [&](std::uint64_t block, std::size_t s) {
    slots[s]->run(plan, options.seed, options.first_replicate + block * block_trials, size_of(block));
  };
  const auto fold = [&](std::uint64_t block, std::size_t s) {
    // Blocks already under way when the precision was reached are thrown away: how many there are is a matter
    // of luck. So are those after one that was cut short, for replicates are kept without a gap.
    if (precise || cut_short) return;
    cut_short = slots[s]->outcomes().size() < size_of(block);
    total.merge(slots[s]->tally());
    if (sink != nullptr) sink->write(slots[s]->outcomes());
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
