#include "engine/study/verified_size.hpp"

namespace equipoise {
namespace {

// After so many contradictions the curve is not one that the search can fit, and the user is told.
constexpr int most_searches = 4;

bool names_a_value(SizeOutcome outcome) {
  return outcome == SizeOutcome::found || outcome == SizeOutcome::everywhere;
}

}  // namespace

VerifiedSize verified_size(SizeSearch& search, const Recommend& recommend, const CheckTrials& trials,
                           const TryValue& verify) {
  VerifiedSize size;
  std::uint64_t next_replicate = trials.first_replicate;
  while (size.searches < most_searches) {
    size.answer = search.answer();
    ++size.searches;
    size.verification.reset();
    size.recommended = size.answer.value;
    if (!names_a_value(size.answer.outcome)) return size;
    size.recommended = recommend(size.answer.value);
    Verification check{size.recommended, next_replicate, {}, search.fitted(size.recommended), false};
    check.responses = verify(check.value, check.first_replicate, trials.trials);
    if (check.responses.trials < trials.trials) {
      size.answer.outcome = SizeOutcome::interrupted;
      return size;
    }
    check.agrees = search.agrees(check.value, check.responses);
    size.verification = check;
    if (check.agrees) return size;
    next_replicate += trials.stride;
    if (size.searches < most_searches) search.learn(check.value, check.first_replicate, check.responses);
  }
  return size;
}

}  // namespace equipoise
