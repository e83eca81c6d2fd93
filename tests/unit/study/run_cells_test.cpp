#include "engine/study/run_cells.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/support/same_bits.hpp"
#include "tests/unit/study/cells.hpp"

namespace equipoise {
namespace {

using checks::effects_apart;
using checks::RanCells;

CellsOptions options_of(int threads, std::optional<double> precision = {}) {
  return {.seed = 3, .precision = precision, .threads = threads};
}

RunResult plain_run(const Plan& plan, std::uint64_t trials, std::optional<double> precision = {}) {
  const std::vector<TrueValue> truths(plan.tests.size());
  RunOptions options;
  options.seed = 3;
  options.trials = trials;
  options.precision = precision;
  const std::atomic<bool> stop = false;
  return run_trials(plan, truths, options, nullptr, stop, {});
}

TEST(RunCells, EachCellIsWhatARunOfItAloneIs) {
  for (const int threads : {1, 2, 8}) {
    RanCells ran;
    run(effects_apart(7, {0, 130}), options_of(threads), ran);
    EXPECT_EQ(ran.done.cells, 7U);
    ASSERT_EQ(ran.results.size(), 7U);
    for (std::size_t cell = 0; cell < 7; ++cell) {
      const RunResult alone = plain_run(checks::plan_with(0.2 * static_cast<double>(cell)), 130);
      checks::expect_same_bits(ran.results[cell].characteristics, alone.characteristics);
    }
  }
}

TEST(RunCells, WritesCellAfterCellInTheOrderOfTheReplicates) {
  RanCells ran;
  run(effects_apart(5, {1'000, 70}), options_of(2), ran);
  EXPECT_EQ(ran.sink.finished, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  ASSERT_EQ(ran.sink.trials.size(), 5U);
  for (const std::vector<TrialOutcome>& trials : ran.sink.trials) {
    ASSERT_EQ(trials.size(), 70U);
    for (std::size_t k = 0; k < 70; ++k) EXPECT_EQ(trials[k].replicate, 1'000 + k);
  }
  EXPECT_EQ(ran.last.trials_done, 350U);
  EXPECT_EQ(ran.last.trials_planned, 350U);
}

TEST(RunCells, ACellMayHaveReplicatesOfItsOwn) {
  Cells cells = effects_apart(4, {});
  cells.replicates = [](std::size_t cell) { return Replicates{100 * cell, 10 + 50 * cell}; };
  RanCells ran;
  run(cells, options_of(2), ran);
  for (std::size_t cell = 0; cell < 4; ++cell) {
    EXPECT_EQ(ran.sink.trials[cell].front().replicate, 100 * cell);
    EXPECT_EQ(ran.results[cell].characteristics.trials, 10 + 50 * cell);
    EXPECT_EQ(ran.results[cell].rejections.first(), 100 * cell);
  }
}

TEST(RunCells, ACellThatIsPreciseEndsAsItsOwnRunWould) {
  for (const int threads : {1, 8}) {
    RanCells ran;
    run(effects_apart(4, {0, 5'000}), options_of(threads, 0.012), ran);
    ASSERT_EQ(ran.results.size(), 4U);
    for (std::size_t cell = 0; cell < 4; ++cell) {
      const RunResult alone = plain_run(checks::plan_with(0.2 * static_cast<double>(cell)), 5'000, 0.012);
      EXPECT_LT(alone.characteristics.trials, 5'000U);
      checks::expect_same_bits(ran.results[cell].characteristics, alone.characteristics);
    }
    EXPECT_EQ(ran.last.trials_done, ran.last.trials_planned);
  }
}

TEST(RunCells, InterruptedLeavesTheCellsThatAreDone) {
  for (const int threads : {1, 2}) {
    RanCells ran;
    run(effects_apart(50, {0, 100}), options_of(threads), ran, 500);
    EXPECT_GE(ran.done.cells, 4U);
    EXPECT_LT(ran.done.cells, 50U);
    EXPECT_EQ(ran.results.size(), ran.done.cells);
    EXPECT_EQ(ran.sink.finished.size(), ran.done.cells);
  }
}

TEST(RunCells, ACellWhoseMakingWasCutShortIsLeftOut) {
  std::atomic<bool> stop = false;
  Cells cells = effects_apart(4, {0, 60});
  const auto make = cells.make;
  cells.make = [&](std::size_t cell) {
    if (cell == 2) stop = true;
    return make(cell);
  };
  std::size_t told = 0;
  const CellsDone done =
      run_cells(cells, options_of(1), nullptr, stop, [&](std::size_t, const CellResult&) { ++told; }, {});
  EXPECT_EQ(done.cells, 2U);
  EXPECT_EQ(told, 2U);
}

TEST(RunCells, MakesEveryCellOnceAndFewAtATime) {
  std::mutex mutex;
  std::multiset<std::size_t> made;
  std::atomic<int> alive = 0;
  std::atomic<int> most_alive = 0;
  Cells cells = effects_apart(40, {0, 50});
  const auto make = cells.make;
  cells.make = [&](std::size_t cell) {
    const std::scoped_lock lock(mutex);
    made.insert(cell);
    Cell result = make(cell);
    // The model lives as long as anybody keeps the cell.
    std::shared_ptr<const OutcomeModel> model = result.plan.model;
    most_alive = std::max(most_alive.load(), ++alive);
    const OutcomeModel* const kept = model.get();
    result.plan.model =
        std::shared_ptr<const OutcomeModel>(kept, [model, &alive](const OutcomeModel*) { --alive; });
    return result;
  };
  RanCells ran;
  run(cells, options_of(2), ran);
  EXPECT_EQ(made.size(), 40U);
  EXPECT_EQ(std::set<std::size_t>(made.begin(), made.end()).size(), 40U);
  // Two threads have five blocks under way, each perhaps of another cell, and two cells ahead.
  EXPECT_LE(most_alive, 10);
  EXPECT_EQ(alive, 0);
}

TEST(RunCells, WhatTheMakingThrowsComesOut) {
  for (const int threads : {1, 4}) {
    Cells cells = effects_apart(9, {0, 200});
    const auto make = cells.make;
    cells.make = [make](std::size_t cell) {
      if (cell == 3) throw std::runtime_error("cell 3");
      return make(cell);
    };
    RanCells ran;
    EXPECT_THROW(run(cells, options_of(threads), ran), std::runtime_error);
  }
}

}  // namespace
}  // namespace equipoise
