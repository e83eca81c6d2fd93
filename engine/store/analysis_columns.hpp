#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/store/hdf5_writer.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// What each analysis of each hypothesis made of every replicate: /analysis_replicates/*
/// [cell x replicate x analysis]. Gathered like ReplicateColumns, whose chunks decide when to write.
class AnalysisColumns {
 public:
  /// Makes the datasets; the dimensions cell, replicate and analysis are there.
  AnalysisColumns(Hdf5Writer& file, std::size_t analyses);

  void add(const TrialOutcome& trial);
  /// Writes what was added since the last time, to these rows of the cell.
  void write_chunk(std::size_t cell, std::uint64_t first_row);

 private:
  Hdf5Writer& file_;
  std::size_t analyses_;
  std::vector<double> estimate_;
  std::vector<double> se_;
  std::vector<double> df_;
  std::vector<double> p_;
  std::vector<std::int8_t> rejected_;
  std::vector<std::int8_t> rejected_for_harm_;
  std::vector<std::int8_t> rejected_by_own_fit_;
  std::vector<std::int8_t> status_;
  std::vector<std::int8_t> used_;
};

}  // namespace equipoise
