#pragma once

#include <cstddef>
#include <span>

#include "engine/characteristics/characteristics.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// What many runs are written to, one cell after another. Called from one thread at a time.
class CellSink {
 public:
  CellSink() = default;
  CellSink(const CellSink&) = delete;
  CellSink& operator=(const CellSink&) = delete;
  virtual ~CellSink() = default;

  /// Trials of a cell in the order of their replicates, each after the last of the block before.
  virtual void write(std::size_t cell, std::span<const TrialOutcome> trials) = 0;
  /// All trials of the cell are written.
  virtual void finish(std::size_t cell, const Characteristics& characteristics) = 0;
};

}  // namespace equipoise
