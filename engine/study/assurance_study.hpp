#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/characteristics/assurance.hpp"
#include "engine/study/aim.hpp"
#include "engine/study/power_spread.hpp"
#include "engine/study/run_cells.hpp"

namespace equipoise {

/// How much is asked of an assurance.
struct AssuranceOptions {
  std::uint64_t known_trials = 10'000;  // of the cell in which every key is at its value
  std::size_t draws = 200;
  std::uint64_t draw_trials = 50;  // of each draw
  std::uint64_t first_replicate = 0;
  std::uint64_t seed = 1;  // of the resamples that tell the spread's errors
};

/// Power averaged over what is not known (O'Hagan, Stevens and Campbell 2005). Cell 0 has every key at its
/// value; each cell after it one draw of all keys together, with replicates of its own, so that draws of
/// different rows are independent. With several trials a draw the distribution of the power itself is seen.
class AssuranceStudy {
 public:
  /// `values`: [key][draw]. `rows`: [draw]; draws with the same number have the same row of a posterior,
  /// which a chain repeats where it stood still, and know less than as many rows would. Empty: each its own.
  AssuranceStudy(std::vector<std::string> keys, std::vector<std::vector<double>> values,
                 const AssuranceOptions& options, std::vector<std::size_t> rows = {});

  [[nodiscard]] std::size_t cells() const { return options_.draws + 1; }
  [[nodiscard]] Replicates replicates(std::size_t cell) const;

  /// Cells in order.
  void add(std::size_t cell, const CellResult& result);
  /// Whether enough draws are done: a study that was interrupted later is a shorter one.
  [[nodiscard]] bool has_result() const;
  [[nodiscard]] std::size_t draws_done() const { return powers_.empty() ? 0 : powers_.front().size(); }
  /// One entry a hypothesis. Expects a result.
  [[nodiscard]] std::vector<Assurance> result() const;
  /// That of what a trial is to show. Expects a result, and no half-width.
  [[nodiscard]] Assurance of(const Aim& aim) const;
  /// How many independent draws those that are done are worth.
  [[nodiscard]] double effective_draws() const;

 private:
  [[nodiscard]] std::size_t hypotheses() const { return shown_.size() - 2; }
  [[nodiscard]] Assurance assurance(std::size_t shown) const;
  [[nodiscard]] PowerDriver driver(std::size_t key, const std::vector<double>& powers,
                                   const PowerSpread& spread) const;
  /// The same of one key: one that a row does not set has a value of its own in every draw.
  [[nodiscard]] double effective_draws(std::size_t key) const;
  [[nodiscard]] double standard_error(const std::vector<double>& powers) const;

  std::vector<std::string> keys_;
  std::vector<std::vector<double>> values_;
  AssuranceOptions options_;
  std::vector<std::size_t> rows_;  // of a draw
  // What can be shown: each hypothesis, then at least one of them, then all.
  std::vector<std::string> shown_;
  std::vector<Simulated> known_;             // powers of cell 0
  std::vector<std::vector<double>> powers_;  // shown x draw
  std::vector<std::vector<double>> harms_;   // hypothesis x draw
};

}  // namespace equipoise
