#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/store/hdf5_writer.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// The outcome of every replicate, a column a quantity: /replicates/* [cell x replicate x hypothesis].
/// Replicates are gathered until a chunk is full, since a chunk is compressed and stored as one piece.
class ReplicateColumns {
 public:
  /// Replicates in a chunk: so many that no chunk of `columns` numbers each exceeds half a megabyte, at most
  /// 4096; no more than the trials of a cell where there are many cells and it is known how long they run.
  [[nodiscard]] static std::size_t chunk_rows(std::size_t columns, std::uint64_t trials = 0,
                                              std::size_t cells = 1);

  /// Makes the datasets; the dimensions cell, replicate (in chunks of `rows`) and hypothesis are there.
  ReplicateColumns(Hdf5Writer& file, std::size_t hypotheses, std::size_t rows);

  /// Returns whether this filled a chunk and wrote it.
  bool add(const TrialOutcome& trial);
  /// Writes what is left of the last chunk.
  void write_rest();
  /// What is added from here on belongs to this cell, whose replicates are numbered from `first_replicate`
  /// on. Expects that nothing is left of another cell's last chunk.
  void turn_to(std::size_t cell, std::uint64_t first_replicate);
  [[nodiscard]] std::size_t cell() const { return cell_; }
  /// Replicates of the cell that are written.
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  void write_chunk();
  void write_coordinates();

  Hdf5Writer& file_;
  std::size_t hypotheses_;
  std::size_t rows_;
  std::size_t cell_ = 0;
  std::uint64_t first_replicate_ = 0;  // of the cell, which stands at the dimension's 0
  std::uint64_t written_ = 0;          // of the cell
  std::uint64_t coordinates_ = 0;      // replicates that have their number in the dimension
  std::vector<std::uint64_t> replicate_;
  std::vector<double> estimate_;
  std::vector<double> se_;
  std::vector<double> df_;
  std::vector<double> p_;
  std::vector<double> p_adjusted_;
  std::vector<std::int8_t> rejected_;
  std::vector<std::int8_t> rejected_for_harm_;
  std::vector<std::int8_t> rejected_alone_;
  std::vector<std::int8_t> status_;
};

}  // namespace equipoise
