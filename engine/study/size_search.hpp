#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/study/size_question.hpp"
#include "engine/study/size_scale.hpp"
#include "engine/study/target_curve.hpp"

namespace equipoise {

/// Searches with few trials: a smooth curve is fitted to all trials near the answer, the next trials go where
/// they narrow the answer's interval most, until it is as narrow as asked. Deterministic: the same responses
/// give the same search.
class SizeSearch {
 public:
  SizeSearch(const SizeQuestion& question, TryValue try_value);

  /// Goes on until the answer is as precise as asked, or there is none.
  [[nodiscard]] SizeAnswer answer();
  /// Counts trials that were made elsewhere, such as those of a check that the answer did not pass.
  void learn(double value, std::uint64_t first_replicate, const Responses& responses);

  /// Whether fresh trials at the answer, or where it is rounded to, are what the curve says (99 of 100 right
  /// answers are). Far beyond the target it is enough that they reach it.
  [[nodiscard]] bool agrees(double value, const Responses& fresh) const;
  /// By the last curve; nothing where there is none.
  [[nodiscard]] std::optional<FittedResponse> fitted(double value) const { return curve_.fitted(value); }
  /// The answer with an interval that also holds an error which the mean responses at all values have in
  /// common, such as that of the draws of what is not known. `shared_error` is its standard error, known to
  /// so many degrees of freedom. The ends are those of the range where it goes beyond, and NaN where the
  /// error is or nothing is known of it. Expects an answer that was found.
  [[nodiscard]] SizeAnswer allowing_for(double shared_error, double df, const SizeAnswer& answer) const;
  /// Possible values around the answer at which the curve is worth telling, ascending; none without a curve.
  [[nodiscard]] std::vector<double> telling_values() const;
  /// In the order in which they were made.
  [[nodiscard]] std::span<const Batch> batches() const { return batches_; }
  /// Of each value, in ascending order.
  [[nodiscard]] std::span<const Batch> tried() const { return tried_; }
  [[nodiscard]] std::uint64_t trials() const { return spent_; }
  /// Trials that the search will have spent by its end, as it looks now.
  [[nodiscard]] std::uint64_t expected_trials() const { return expected_; }

 private:
  [[nodiscard]] double best_end() const;
  [[nodiscard]] double worst_end() const;
  [[nodiscard]] double precision_at(double value) const;
  [[nodiscard]] std::uint64_t trials_left() const;

  void make(double value, double trials);
  void pilot();
  void find_direction();
  [[nodiscard]] std::optional<SizeOutcome> settled_at_an_end() const;
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
  double direction_ = 1.0;
  std::vector<Batch> batches_;
  std::vector<Batch> tried_;  // one a value, ascending
  std::uint64_t next_replicate_;
  std::uint64_t spent_ = 0;
  std::uint64_t expected_ = 0;
  bool interrupted_ = false;
};

}  // namespace equipoise
