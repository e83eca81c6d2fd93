#pragma once

#include <span>
#include <vector>

#include "engine/study/size_question.hpp"

namespace equipoise {

/// The trials that a search knows of: its own batches and the checks of its answers, added up by value.
class TriedValues {
 public:
  void add(const Batch& batch);
  /// A check that goes over the replicates of another takes its place: trials with the same random numbers at
  /// two values are nearly the same trials, and counted twice they would make the interval too narrow.
  void add_check(const Batch& check);

  /// The search's own, in the order in which they were made.
  [[nodiscard]] std::span<const Batch> batches() const { return batches_; }
  /// The checks that count.
  [[nodiscard]] std::span<const Batch> checks() const { return checks_; }
  /// All of each value, ascending.
  [[nodiscard]] std::span<const Batch> values() const { return values_; }
  /// The same without the checks.
  [[nodiscard]] std::vector<Batch> values_without_checks() const;

 private:
  std::vector<Batch> batches_;
  std::vector<Batch> checks_;
  std::vector<Batch> values_;
};

}  // namespace equipoise
