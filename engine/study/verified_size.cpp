#include "engine/study/verified_size.hpp"

namespace equipoise {
namespace {

// Each has twice the trials of the one before: after so many contradictions there is no value that the search
// can stand for, and the user is told.
constexpr int most_contradictions = 4;

bool names_a_value(SizeOutcome outcome) {
  return outcome == SizeOutcome::found || outcome == SizeOutcome::everywhere;
}

/// Trials of the check at the recommended value: those that there are, where nothing has changed.
bool make_check(VerifiedSize& size, std::uint64_t first, std::uint64_t trials, const TryValue& verify) {
  const bool made = size.verification && size.verification->value == size.recommended &&
                    size.verification->responses.trials == trials;
  if (!made) {
    size.verification = Verification{size.recommended, first, {}, {}, {}, false};
    size.verification->responses = verify(size.recommended, first, trials);
  }
  return size.verification->responses.trials == trials;
}

VerifiedSize without_answer(VerifiedSize size, SizeOutcome outcome) {
  size.answer.outcome = outcome;
  size.verification.reset();
  return size;
}

}  // namespace

VerifiedSize verified_size(SizeSearch& search, const Recommend& recommend, const CheckTrials& checks,
                           const TryValue& verify) {
  VerifiedSize size;
  size.searches = 1;
  std::uint64_t trials = checks.trials;
  std::uint64_t counted = 0;  // trials of the check that counts
  for (;;) {
    size.answer = search.answer();
    size.recommended = size.answer.value;
    if (!names_a_value(size.answer.outcome)) return without_answer(size, size.answer.outcome);
    size.recommended = recommend(size.answer.value);
    const std::uint64_t first = checks.after_as_many ? trials : 0;
    if (!make_check(size, first, trials, verify)) return without_answer(size, SizeOutcome::interrupted);
    Verification& check = *size.verification;
    const Batch batch{check.value, first, check.responses};
    check.expected = search.expected(check.value);
    check.agrees = search.agrees(batch);
    // What misses the target before it counts moves the answer. A disagreement with the curve is looked at
    // once more; if it stays the curve is wrong between the values that were tried, as that of a test of
    // counts is, and the value's own trials decide.
    const bool counts = counted == trials;
    const bool contradicts =
        (counts && search.misses(check.responses)) || (!check.agrees && trials == checks.trials);
    if (!contradicts && counts) {
      check.together = search.fitted(check.value);
      return size;
    }
    search.count_check(batch);
    counted = trials;
    if (!contradicts) continue;
    size.contradicted = size.searches == most_contradictions;
    if (size.contradicted) return without_answer(size, SizeOutcome::undecided);
    ++size.searches;
    trials *= 2;
  }
}

}  // namespace equipoise
