#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/study/possible_values.hpp"
#include "engine/study/response_curve.hpp"
#include "engine/study/responses.hpp"

namespace equipoise {

/// What is looked for: the smallest value of a key (the largest, where more is worse) at which the mean
/// response reaches a target.
struct SizeQuestion {
  ResponseKind kind = ResponseKind::rejection;
  double target = 0.9;  // a power to reach, or a half-width to come down to
  PossibleValues values;
  /// Where the search begins. With it the value is a number of participants: more is better, the curve is
  /// fitted on the scale of normal theory, and the range is walked from the start and not spanned at once.
  std::optional<double> start;
  std::optional<double> precision;  // half-width of the answer's interval; by itself where not given
  double confidence = 0.95;         // of that interval
  std::uint64_t most_trials = 400'000;
  std::uint64_t first_replicate = 0;  // of the search's own; each batch takes the next ones
};

/// Makes trials: `trials` replicates from `first_replicate` on at a value. Fewer where it is interrupted.
using TryValue = std::function<Responses(double value, std::uint64_t first_replicate, std::uint64_t trials)>;

enum class SizeOutcome {
  found,
  unreachable,  // nowhere in the range
  everywhere,   // even where the range is worst
  undecided,    // the trials ran out before anything could be said
  interrupted,
};

template <>
struct NamesOf<SizeOutcome> {
  static constexpr std::array<Named<SizeOutcome>, 5> all{{{"found", SizeOutcome::found},
                                                          {"unreachable", SizeOutcome::unreachable},
                                                          {"everywhere", SizeOutcome::everywhere},
                                                          {"undecided", SizeOutcome::undecided},
                                                          {"interrupted", SizeOutcome::interrupted}}};
};

/// Trials that were made together.
struct Batch {
  double value = 0.0;
  std::uint64_t first_replicate = 0;
  Responses responses;
};

struct SizeAnswer {
  SizeOutcome outcome = SizeOutcome::undecided;
  double value = 0.0;  // possible, and reaches the target by the curve; the end of the range where none does
  double exact = 0.0;  // where the curve crosses the target
  double lower = 0.0;  // interval of the answer
  double upper = 0.0;
  double precision = 0.0;    // what the interval's half-width was to come to
  bool precise = false;      // and whether it did
  double direction = 1.0;    // 1: more is better, -1: less is
  std::uint64_t trials = 0;  // spent
  double best_value = 0.0;   // the tried value with the best mean response among those with enough trials
  double best_response = 0.0;
};

/// The fitted mean response at a value, with its interval.
struct FittedResponse {
  double response = 0.0;
  double lower = 0.0;
  double upper = 0.0;
  double standard_error = 0.0;
};

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
  [[nodiscard]] std::optional<FittedResponse> fitted(double value) const;
  /// Possible values around the answer at which the curve is worth telling, ascending; none without a curve.
  [[nodiscard]] std::vector<double> telling_values() const;
  /// In the order in which they were made.
  [[nodiscard]] std::span<const Batch> batches() const { return batches_; }
  /// Of each value, in ascending order.
  [[nodiscard]] std::vector<Batch> tried() const;
  [[nodiscard]] const std::optional<ResponseCurve>& curve() const { return curve_; }
  [[nodiscard]] std::uint64_t trials() const { return spent_; }
  /// Trials that the search will have spent by its end, as it looks now.
  [[nodiscard]] std::uint64_t expected_trials() const { return expected_; }

 private:
  /// The curve's crossing on the scale of the fit, with its interval.
  struct Crossing {
    double at = 0.0;
    double lower = 0.0;
    double upper = 0.0;
  };

  [[nodiscard]] double scaled(double value) const;
  [[nodiscard]] double unscaled(double at) const;
  [[nodiscard]] double predictor(const Responses& responses) const;
  [[nodiscard]] bool reaches(const Responses& responses) const;
  [[nodiscard]] bool clearly(bool reached, const Responses& responses) const;
  [[nodiscard]] double best_end() const;
  [[nodiscard]] double worst_end() const;
  [[nodiscard]] double precision_at(double value) const;

  void make(double value, std::uint64_t trials);
  void pilot();
  void find_direction();
  [[nodiscard]] std::vector<CurvePoint> points() const;
  [[nodiscard]] bool tells(const ResponseCurve& curve) const;
  [[nodiscard]] std::optional<ResponseCurve> best_curve(std::span<const CurvePoint> points) const;
  [[nodiscard]] std::vector<CurvePoint> near(const ResponseCurve& curve, double width) const;
  void fit();
  [[nodiscard]] std::optional<Crossing> crossing() const;
  [[nodiscard]] double limit(double at, double side) const;
  [[nodiscard]] std::optional<SizeOutcome> settled_at_an_end() const;
  [[nodiscard]] SizeAnswer answer_at(const Crossing& crossing) const;
  [[nodiscard]] SizeAnswer without_crossing(SizeOutcome outcome) const;
  void narrow(const Crossing& crossing);
  [[nodiscard]] std::optional<SizeAnswer> bracket();
  void expand(double from, bool upwards);
  [[nodiscard]] double further(double value, double upwards) const;
  [[nodiscard]] double normal_theory_step(const CurvePoint& point) const;
  void put_best(SizeAnswer& answer) const;

  SizeQuestion question_;
  TryValue try_value_;
  double target_;  // as a predictor
  double z_;       // normal quantile of the confidence
  double direction_ = 1.0;
  std::vector<Batch> batches_;
  std::vector<Batch> tried_;  // one a value, ascending
  std::optional<ResponseCurve> curve_;
  std::uint64_t near_trials_ = 0;  // those that the curve was fitted to
  std::uint64_t next_replicate_;
  std::uint64_t spent_ = 0;
  std::uint64_t expected_ = 0;
  bool interrupted_ = false;
};

}  // namespace equipoise
