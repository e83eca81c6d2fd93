#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "engine/base/named.hpp"
#include "engine/study/possible_values.hpp"
#include "engine/study/responses.hpp"

namespace equipoise {

/// What trials cost, for a search of which no precision is asked: it is as narrow as it pays for. Counted and
/// not timed, so that the answer does not hang on the machine.
struct SizeBudget {
  double seconds = 0.0;                                 // of one core
  std::function<double(double value)> seconds_a_trial;  // above 0
  std::uint64_t checks = 0;                             // trials that the check of the answer will take
};

/// What is looked for: the smallest value of a key (the largest, where more is worse) at which the mean
/// response reaches a target.
struct SizeQuestion {
  ResponseKind kind = ResponseKind::rejection;
  double target = 0.9;  // a power to reach, or a half-width to come down to
  PossibleValues values;
  /// Where the search begins. With it the value is a number of participants: more is better, the curve is
  /// fitted on the scale of normal theory, and the range is walked from the start and not spanned at once.
  std::optional<double> start;
  std::optional<double> precision;   // half-width of the answer's interval; by itself where not given
  std::optional<SizeBudget> budget;  // then, for a narrower one than is always made
  double confidence = 0.95;          // of that interval
  std::uint64_t most_trials = 400'000;
  /// Of participants: those that are tried are multiples of it. Arms that cannot be equal would put a saw on
  /// the curve.
  double grain = 1.0;
  std::uint64_t unit = 50;            // trials are made in multiples of it: whole blocks of a run
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
  double lower = 0.0;  // interval of the answer, in possible values
  double upper = 0.0;
  double half_width = 0.0;   // of the interval, before it is told in possible values
  double precision = 0.0;    // what that was to come to
  bool precise = false;      // and whether it did
  double narrowest = 0.0;    // what it would have come to, had trials been cheap
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

}  // namespace equipoise
