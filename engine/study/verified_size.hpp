#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "engine/study/size_search.hpp"

namespace equipoise {

/// Fresh trials at the value that the answer recommends.
struct Verification {
  double value = 0.0;
  std::uint64_t first_replicate = 0;
  Responses responses;
  std::optional<FittedResponse> expected;  // by the curve, before these trials
  bool agrees = false;
};

struct VerifiedSize {
  SizeAnswer answer;
  double recommended = 0.0;  // the answer, rounded
  std::optional<Verification> verification;
  int searches = 0;  // 1, and one more for each check that contradicted
};

/// The value to recommend for an answer.
using Recommend = std::function<double(double value)>;

/// Fresh trials of each check. The first has those from `first_replicate` on, the next those `stride` later.
struct CheckTrials {
  std::uint64_t trials = 10'000;
  std::uint64_t first_replicate = 0;
  std::uint64_t stride = 10'000;
};

/// The search, checked: fresh trials at the recommended value either agree with the curve or join the trials
/// that it is fitted to, and the search goes on, a few times at most. Where nothing in the range reaches the
/// target nothing is checked. `verify` makes the trials of a check.
[[nodiscard]] VerifiedSize verified_size(SizeSearch& search, const Recommend& recommend,
                                         const CheckTrials& trials, const TryValue& verify);

}  // namespace equipoise
