#include "engine/study/aim.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

/// A trial of two hypotheses.
TrialOutcome trial(std::uint64_t replicate, bool first, bool second) {
  TrialOutcome outcome;
  outcome.replicate = replicate;
  outcome.tests.resize(2);
  outcome.tests[0].shown = first;
  outcome.tests[1].shown = second;
  // A rejection that counts as none: it shows nothing.
  outcome.tests[0].rejected = outcome.tests[1].rejected = true;
  return outcome;
}

const std::vector<TrialOutcome> trials{trial(7, true, true), trial(8, false, true), trial(9, false, false),
                                       trial(10, false, true)};

double shown(const Aim& aim) {
  Responses one_by_one;
  for (const TrialOutcome& outcome : trials) add_response(outcome, aim, one_by_one);
  Rejections rejections(2, 7);
  rejections.add(trials);
  const Responses kept = responses_of(rejections, aim);
  EXPECT_EQ(kept.trials, 4U);
  EXPECT_EQ(kept.count, one_by_one.count);
  EXPECT_EQ(kept.sum, one_by_one.sum);
  EXPECT_EQ(kept.squares, one_by_one.squares);
  return kept.sum;
}

TEST(Aim, IsAHypothesisOrAtLeastOneOrAll) {
  EXPECT_EQ(shown({}), 1.0);
  EXPECT_EQ(shown({.hypothesis = 1}), 3.0);
  EXPECT_EQ(shown({.which = Aim::Which::any}), 3.0);
  EXPECT_EQ(shown({.which = Aim::Which::all}), 1.0);
}

TEST(Aim, AHalfWidthIsThatOfAFitThatSucceeded) {
  TrialOutcome outcome = trial(0, false, false);
  outcome.tests[1].estimate.lower = -1.0;
  outcome.tests[1].estimate.upper = 4.0;
  outcome.tests[1].estimate.status = FitStatus::ok;
  Responses responses;
  add_response(outcome, {.kind = ResponseKind::half_width, .hypothesis = 1}, responses);
  outcome.tests[1].estimate.status = FitStatus::not_converged;
  add_response(outcome, {.kind = ResponseKind::half_width, .hypothesis = 1}, responses);
  EXPECT_EQ(responses.trials, 2U);
  EXPECT_EQ(responses.count, 1U);
  EXPECT_EQ(responses.sum, 2.5);
}

}  // namespace
}  // namespace equipoise
