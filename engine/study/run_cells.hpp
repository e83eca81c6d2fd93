#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/run/cell_sink.hpp"
#include "engine/run/run.hpp"
#include "engine/study/rejections.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// One point of a study, ready to run.
struct Cell {
  Plan plan;
  std::vector<TrueValue> truths;  // one a hypothesis
};

/// One of which nobody asks for true values.
[[nodiscard]] Cell cell_without_truths(Plan plan);

/// Replicates [first, first + count). Cells with the same replicates see the same virtual participants.
struct Replicates {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// All points of a study. None is made before it is needed nor kept once it is done.
struct Cells {
  std::size_t count = 0;
  /// At least one; where a precision is asked for, the most. Cheap: asked more than once.
  std::function<Replicates(std::size_t cell)> replicates;
  /// Called once a cell on any thread, several at once: what it needs more threads for it does on one.
  std::function<Cell(std::size_t cell)> make;
};

struct CellsOptions {
  std::uint64_t seed = 1;
  std::optional<double> precision;  // a cell is done once the MCSE of every of its powers is at most this
  int threads = 0;                  // 0: as many as the machine has
};

/// What came of a cell whose trials are all done.
struct CellResult {
  Characteristics characteristics;
  Rejections rejections;    // that count as power
  Rejections either{0, 0};  // in either direction
};

struct CellsDone {
  std::size_t cells = 0;  // those from 0 on; fewer than all: interrupted
  double seconds = 0.0;
};

/// Runs the cells one after another, each in blocks of replicates that are folded in order. Blocks of several
/// cells are under way at once, and cells are made while others run, so that many small cells keep every
/// thread busy. A cell comes out as a run of it alone would, to the bit, on any number of threads.
///
/// `on_cell` is told of each cell that is done, in order; `sink` gets the trials and may be null. Both, and
/// `on_progress`, are called from one thread at a time. `stop` may be set at any time; a cell that is not
/// done by then is left out. What `make` throws is thrown here.
CellsDone run_cells(const Cells& cells, const CellsOptions& options, CellSink* sink,
                    const std::atomic<bool>& stop,
                    const std::function<void(std::size_t cell, const CellResult&)>& on_cell,
                    const std::function<void(const Progress&)>& on_progress);

}  // namespace equipoise
