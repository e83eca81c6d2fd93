#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/study/size_precision.hpp"
#include "engine/study/size_question.hpp"
#include "engine/study/size_scale.hpp"
#include "engine/study/target_curve.hpp"
#include "engine/study/tried_values.hpp"

namespace equipoise {

/// Searches with few trials: a smooth curve is fitted to all trials near the answer, the next trials go where
/// they narrow the answer's interval most, until it is as narrow as asked. Deterministic: the same responses
/// give the same search.
class SizeSearch {
 public:
  SizeSearch(const SizeQuestion& question, TryValue try_value);

  /// Goes on until the answer is as precise as asked, or there is none.
  [[nodiscard]] SizeAnswer answer();
  /// Counts the trials of a check of the answer with the search's own from now on. One that goes over the
  /// replicates of another takes its place.
  void count_check(const Batch& check) { tried_.add_check(check); }

  /// Whether the trials of a check are what the search's own say (99 of 100 right answers are). Far beyond
  /// the target, where no curve is trusted, they are.
  [[nodiscard]] bool agrees(const Batch& check) const;
  /// Whether the responses miss the target by more than their own error explains.
  [[nodiscard]] bool misses(const Responses& responses) const { return scale_.misses(responses); }
  /// By the last curve through all trials; nothing where there is none.
  [[nodiscard]] std::optional<FittedResponse> fitted(double value) const { return curve_.fitted(value); }
  /// By a curve through the search's own trials alone, before any check.
  [[nodiscard]] std::optional<FittedResponse> expected(double value) const;
  /// The answer with an interval that also holds an error which the mean responses at all values have in
  /// common, such as that of the draws of what is not known. `shared_error` is its standard error, known to
  /// so many degrees of freedom. The ends are those of the range where it goes beyond, and NaN where the
  /// error is or nothing is known of it. Expects an answer that was found.
  [[nodiscard]] SizeAnswer allowing_for(double shared_error, double df, const SizeAnswer& answer) const;
  /// Possible values around the answer at which the curve is worth telling, ascending; none without a curve.
  [[nodiscard]] std::vector<double> telling_values() const;
  /// The search's own, in the order in which they were made.
  [[nodiscard]] std::span<const Batch> batches() const { return tried_.batches(); }
  /// The checks that count.
  [[nodiscard]] std::span<const Batch> checks() const { return tried_.checks(); }
  /// Of each value, in ascending order, the checks' with them.
  [[nodiscard]] std::span<const Batch> tried() const { return tried_.values(); }
  /// The search's own.
  [[nodiscard]] std::uint64_t trials() const { return spent_; }
  /// Trials that the search will have spent by its end, as it looks now.
  [[nodiscard]] std::uint64_t expected_trials() const { return expected_; }

 private:
  [[nodiscard]] double best_end() const;
  [[nodiscard]] double worst_end() const;
  [[nodiscard]] std::uint64_t trials_left() const;

  [[nodiscard]] double to_try(double number) const;
  void make(double value, double trials);
  void pilot();
  void find_direction();
  [[nodiscard]] std::optional<SizeOutcome> settled_at_an_end() const;
  void tell_interval(double lower, double upper, SizeAnswer& answer) const;
  [[nodiscard]] SizeAnswer answer_at(const Crossing& crossing) const;
  [[nodiscard]] SizeAnswer without_crossing(SizeOutcome outcome) const;
  void narrow(const Crossing& crossing);
  [[nodiscard]] std::optional<SizeAnswer> bracket();
  [[nodiscard]] SizeAnswer step_at(double short_of, double enough) const;
  void expand(double from, bool upwards);
  [[nodiscard]] double further(double value, double upwards) const;
  [[nodiscard]] double normal_theory_step(const Batch& batch) const;
  void put_best(SizeAnswer& answer) const;

  SizeQuestion question_;
  TryValue try_value_;
  SizeScale scale_;
  TargetCurve curve_;
  SizePrecision precision_;
  double direction_ = 1.0;
  TriedValues tried_;
  std::uint64_t next_replicate_;
  std::uint64_t spent_ = 0;
  std::uint64_t expected_ = 0;
  bool interrupted_ = false;
};

}  // namespace equipoise
