#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "engine/run/cell_sink.hpp"
#include "engine/study/run_cells.hpp"
#include "tests/support/simple_trial.hpp"

namespace equipoise::checks {

/// A trial of 24 whose treatment does `effect`.
[[nodiscard]] inline Plan plan_with(double effect) {
  return SimpleTrial{.participants = 24, .effects = {effect, 0.0}, .visits = {6.0, 12.0}, .retention = 0.8}
      .plan();
}

/// Cells that differ in the effect alone: 0, 0.2, 0.4, ...
[[nodiscard]] inline Cells effects_apart(std::size_t count, Replicates replicates) {
  return {count, [replicates](std::size_t) { return replicates; },
          [](std::size_t cell) {
            Plan plan = plan_with(0.2 * static_cast<double>(cell));
            std::vector<TrueValue> truths(plan.tests.size());
            return Cell{std::move(plan), std::move(truths)};
          }};
}

/// A sink that keeps in memory what many runs write.
class KeptCells : public CellSink {
 public:
  void write(std::size_t cell, std::span<const TrialOutcome> block) override {
    if (trials.size() <= cell) trials.resize(cell + 1);
    trials[cell].insert(trials[cell].end(), block.begin(), block.end());
  }
  void finish(std::size_t cell, const Characteristics&) override { finished.push_back(cell); }

  std::vector<std::vector<TrialOutcome>> trials;
  std::vector<std::size_t> finished;
};

/// What a study of cells leaves behind.
struct RanCells {
  KeptCells sink;
  std::vector<CellResult> results;
  CellsDone done;
  Progress last;
};

/// Runs, and asks to stop after `stop_after` trials where that is not 0.
inline void run(const Cells& cells, const CellsOptions& options, RanCells& ran,
                std::uint64_t stop_after = 0) {
  std::atomic<bool> stop = false;
  ran.done = run_cells(
      cells, options, &ran.sink, stop,
      [&](std::size_t, const CellResult& result) { ran.results.push_back(result); },
      [&](const Progress& progress) {
        ran.last = progress;
        if (stop_after > 0 && progress.trials_done >= stop_after) stop = true;
      });
}

}  // namespace equipoise::checks
