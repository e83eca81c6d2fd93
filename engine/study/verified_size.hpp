#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "engine/study/size_search.hpp"

namespace equipoise {

/// Trials of their own at the value that the answer recommends.
struct Verification {
  double value = 0.0;
  std::uint64_t first_replicate = 0;
  Responses responses;
  std::optional<FittedResponse> expected;  // by the search's own trials
  std::optional<FittedResponse> together;  // by all, those of the checks with them
  bool agrees = false;                     // with what was expected
};

struct VerifiedSize {
  SizeAnswer answer;
  double recommended = 0.0;  // the answer, rounded
  std::optional<Verification> verification;
  int searches = 0;           // 1, and one more for each check that contradicted
  bool contradicted = false;  // by the last check that is made: undecided for that reason
};

/// The value to recommend for an answer.
using Recommend = std::function<double(double value)>;

/// Trials of a check: replicates from 0 on, as a run of them has; of an assurance after as many with every
/// key at its value.
struct CheckTrials {
  std::uint64_t trials = 10'000;
  bool after_as_many = false;
};

/// The search, checked: trials at the recommended value join those that the curve is fitted to. Where that
/// moves the answer the same replicates are made at the new one; where they contradict it twice as many are,
/// a few times at most, and the outcome is undecided if they still do. What is recommended reaches the target
/// by all trials together, and its own do not miss it by more than chance. Where nothing in the range reaches
/// the target nothing is checked. `verify` makes the trials of a check.
[[nodiscard]] VerifiedSize verified_size(SizeSearch& search, const Recommend& recommend,
                                         const CheckTrials& trials, const TryValue& verify);

}  // namespace equipoise
