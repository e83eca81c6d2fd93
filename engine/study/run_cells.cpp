#include "engine/study/run_cells.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "engine/base/expects.hpp"
#include "engine/characteristics/tally.hpp"
#include "engine/run/ordered_blocks.hpp"
#include "engine/run/trial_block.hpp"
#include "engine/study/cell_window.hpp"

namespace equipoise {
namespace {

/// A block of trials of one cell.
struct Item {
  std::size_t cell = 0;
  Replicates replicates;
  bool last = false;  // of its cell
};

/// What one block under way needs; made anew where it turns to another cell.
struct Slot {
  void turn_to(std::shared_ptr<const Cell> next, StopFlag stop) {
    if (next == cell) return;
    block.reset();
    cell = std::move(next);
    if (cell) block = std::make_unique<TrialBlock>(cell->plan, cell->truths, stop);
  }

  std::shared_ptr<const Cell> cell;
  std::unique_ptr<TrialBlock> block;
};

/// Cuts the cells into blocks in order. Told that a cell needs no more trials, it goes on with the next.
class Items {
 public:
  Items(const Cells& cells, std::size_t under_way) : cells_(cells), items_(under_way) {}

  /// Whether there is a block of this number, the next one.
  bool cut(std::uint64_t block) {
    if (const std::size_t passed = passed_; cell_ < passed) {
      cell_ = passed;
      done_ = 0;
    }
    if (cell_ == cells_.count) return false;
    const Replicates all = cells_.replicates(cell_);
    EQUIPOISE_EXPECTS(all.count > 0);
    const std::uint64_t count = std::min(block_trials, all.count - done_);
    const bool last = done_ + count == all.count;
    items_[block % items_.size()] = {cell_, {all.first + done_, count}, last};
    cell_ += last ? 1 : 0;
    done_ = last ? 0 : done_ + count;
    return true;
  }

  /// A block under way.
  [[nodiscard]] const Item& at(std::uint64_t block) const { return items_[block % items_.size()]; }

  void pass(std::size_t cell) { passed_ = cell + 1; }

 private:
  const Cells& cells_;
  std::vector<Item> items_;  // block b at b modulo the number of blocks that may be under way
  std::atomic<std::size_t> passed_ = 0;
  std::size_t cell_ = 0;    // of the next block
  std::uint64_t done_ = 0;  // trials of that cell before it
};

/// The cell that blocks are folded into, one cell after another.
class Folding {
 public:
  Folding(const CellsOptions& options, CellSink* sink,
          const std::function<void(std::size_t, const CellResult&)>& on_cell)
      : options_(options), sink_(sink), on_cell_(on_cell) {}

  /// Returns whether this was all of the cell.
  bool add(const Item& item, const Slot& slot) {
    if (!total_) begin(item, *slot.cell);
    total_->merge(slot.block->tally());
    rejections_->add(slot.block->outcomes());
    either_->add(slot.block->outcomes());
    if (sink_ != nullptr) sink_->write(item.cell, slot.block->outcomes());
    const bool precise = options_.precision && total_->trials() >= fewest_trials &&
                         total_->worst_power_mcse() <= *options_.precision;
    if (!item.last && !precise) return false;
    end(item.cell, slot.cell->plan);
    return true;
  }

  /// The cell whose turn it is, and how many before it are done.
  [[nodiscard]] std::size_t cell() const { return cell_; }

 private:
  void begin(const Item& item, const Cell& cell) {
    total_ = std::make_unique<Tally>(cell.plan, cell.truths);
    const std::size_t hypotheses = cell.plan.tests.size();
    const std::uint64_t first = item.replicates.first;
    rejections_ = std::make_unique<Rejections>(hypotheses, first);
    either_ = std::make_unique<Rejections>(hypotheses, first, Rejections::Kept::either);
  }

  void end(std::size_t cell, const Plan& plan) {
    const CellResult result{total_->characteristics(plan), std::move(*rejections_), std::move(*either_)};
    if (sink_ != nullptr) sink_->finish(cell, result.characteristics);
    if (on_cell_) on_cell_(cell, result);
    total_.reset();
    rejections_.reset();
    either_.reset();
    ++cell_;
  }

  const CellsOptions& options_;
  CellSink* sink_;
  const std::function<void(std::size_t, const CellResult&)>& on_cell_;
  std::size_t cell_ = 0;
  std::unique_ptr<Tally> total_;  // empty between two cells
  std::unique_ptr<Rejections> rejections_;
  std::unique_ptr<Rejections> either_;
};

std::uint64_t planned_trials(const Cells& cells) {
  std::uint64_t trials = 0;
  for (std::size_t cell = 0; cell < cells.count; ++cell) trials += cells.replicates(cell).count;
  return trials;
}

}  // namespace

Cell cell_without_truths(Plan plan) {
  std::vector<TrueValue> unknown(plan.tests.size());
  return {std::move(plan), std::move(unknown)};
}

CellsDone run_cells(const Cells& cells, const CellsOptions& options, CellSink* sink,
                    const std::atomic<bool>& stop,
                    const std::function<void(std::size_t, const CellResult&)>& on_cell,
                    const std::function<void(const Progress&)>& on_progress) {
  const int workers = worker_count(options.threads);
  std::vector<Slot> slots(slot_count(workers));
  CellWindow window(cells, static_cast<std::size_t>(workers), stop);
  Items items(cells, slots.size());
  Folding folding(options, sink, on_cell);
  Progress progress{0, planned_trials(cells), 0.0};
  bool interrupted = false;

  const auto next = [&](std::uint64_t block) { return !stop && items.cut(block); };
  const auto work = [&](std::uint64_t block, std::size_t s) {
    const Item& item = items.at(block);
    Slot& slot = slots[s];
    slot.turn_to(window.get(item.cell), StopFlag(stop));
    if (slot.cell)
      slot.block->run(slot.cell->plan, options.seed, item.replicates.first, item.replicates.count);
  };
  const auto fold = [&](std::uint64_t block, std::size_t s) {
    const Item& item = items.at(block);
    // Blocks already under way when their cell was precise enough are thrown away: how many there are is a
    // matter of luck.
    if (interrupted || item.cell < folding.cell()) return;
    interrupted = slots[s].cell == nullptr || slots[s].block->outcomes().size() < item.replicates.count;
    if (interrupted) return;
    progress.trials_done += item.replicates.count;
    if (folding.add(item, slots[s])) {
      const Replicates all = cells.replicates(item.cell);
      progress.trials_planned -= all.first + all.count - (item.replicates.first + item.replicates.count);
      items.pass(item.cell);
      window.keep_from(folding.cell());
    }
    if (on_progress) on_progress(progress);
  };

  const auto started = std::chrono::steady_clock::now();
  for_each_block_in_order(workers, next, work, fold);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  return {folding.cell(), elapsed.count()};
}

}  // namespace equipoise
