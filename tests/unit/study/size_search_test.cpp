// The search on powers that are known: no trial is simulated, each is a coin.

#include "engine/study/size_search.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/study/verified_size.hpp"
#include "tests/unit/study/binomial_trials.hpp"

namespace equipoise {
namespace {

double two_arms(double n) {
  return normal_power(n, 0.5);
}

TEST(SizeSearch, FindsTheSizeFromNearAndFromFar) {
  const double truth = normal_size(0.9, 0.5);  // 168.1
  for (const double start : {8.0, 150.0, 5000.0}) {
    SizeSearch search(about_participants(start), coins(1, two_arms));
    const SizeAnswer answer = search.answer();
    EXPECT_EQ(answer.outcome, SizeOutcome::found);
    EXPECT_TRUE(answer.precise);
    // The interval has half-width 2 % by default; five of its standard errors.
    EXPECT_NEAR(answer.exact, truth, 5.0 / 1.96 * 0.02 * truth) << start;
    EXPECT_LE(answer.upper - answer.lower, 0.04 * truth + 2.0);
    EXPECT_LT(answer.trials, 40'000U);
    EXPECT_EQ(answer.value, std::ceil(answer.exact));
  }
}

TEST(SizeSearch, IsAsPreciseAsAsked) {
  SizeQuestion question = about_participants(100.0);
  question.precision = 10.0;
  SizeSearch coarse(question, coins(2, two_arms));
  question.precision = 1.5;
  SizeSearch fine(question, coins(2, two_arms));
  const SizeAnswer rough = coarse.answer();
  const SizeAnswer exact = fine.answer();
  EXPECT_LE(rough.upper - rough.lower, 22.0);
  EXPECT_LE(exact.upper - exact.lower, 5.0);
  EXPECT_GT(exact.trials, 10 * rough.trials);
}

TEST(SizeSearch, TheLargestValueWhereMoreIsWorse) {
  // A design effect of groups of eight: power 0.8 at an intraclass correlation of 0.1055.
  const auto power = [](double icc) { return normal_cdf(3.24 * std::sqrt(1.3 / (1.0 + 7.0 * icc)) - 1.96); };
  SizeSearch search(about_a_share(0.0, 0.9), coins(3, power));
  const SizeAnswer answer = search.answer();
  EXPECT_EQ(answer.outcome, SizeOutcome::found);
  EXPECT_EQ(answer.direction, -1.0);
  const double truth = (1.3 * std::pow(3.24 / (1.96 + normal_quantile(0.8)), 2.0) - 1.0) / 7.0;
  EXPECT_NEAR(answer.exact, truth, 2.5 * 0.5 * (answer.upper - answer.lower));
}

TEST(SizeSearch, WholeNumbersThatFallAreRoundedDown) {
  SizeQuestion question = about_a_share(2.0, 40.0);
  question.values.whole = true;
  const auto power = [](double size) {
    return normal_cdf(3.24 * std::sqrt(1.5 / (1.0 + (size - 1.0) * 0.07)) - 1.96);
  };
  SizeSearch search(question, coins(4, power));
  const SizeAnswer answer = search.answer();
  EXPECT_EQ(answer.outcome, SizeOutcome::found);
  EXPECT_EQ(answer.value, std::floor(answer.exact));
  EXPECT_GE(power(answer.value), 0.78);
}

TEST(SizeSearch, SaysWhereTheTargetIsOutOfReach) {
  SizeSearch plateau(about_participants(100.0), coins(5, [](double n) { return 0.8 * two_arms(n); }));
  const SizeAnswer answer = plateau.answer();
  EXPECT_EQ(answer.outcome, SizeOutcome::unreachable);
  EXPECT_EQ(answer.value, 20'000.0);
  EXPECT_NEAR(answer.best_response, 0.8, 0.1);
  SizeSearch flat(about_a_share(0.0, 1.0), coins(6, [](double) { return 0.6; }));
  EXPECT_EQ(flat.answer().outcome, SizeOutcome::unreachable);
}

TEST(SizeSearch, SaysWhereEverythingIsEnough) {
  SizeQuestion question = about_participants(500.0);
  question.values.low = 300.0;
  SizeSearch search(question, coins(7, two_arms));
  const SizeAnswer answer = search.answer();
  EXPECT_EQ(answer.outcome, SizeOutcome::everywhere);
  EXPECT_EQ(answer.value, 300.0);
}

TEST(SizeSearch, AStepIsFoundByHalving) {
  SizeSearch search(about_participants(100.0), coins(8, [](double n) { return n < 777.0 ? 0.0 : 1.0; }));
  const SizeAnswer answer = search.answer();
  EXPECT_EQ(answer.outcome, SizeOutcome::found);
  EXPECT_EQ(answer.value, 777.0);
}

TEST(SizeSearch, GoesNoFurtherThanAllowed) {
  SizeQuestion question = about_participants(100.0);
  question.precision = 0.01;
  question.most_trials = 5'000;
  SizeSearch search(question, coins(9, two_arms));
  const SizeAnswer answer = search.answer();
  EXPECT_FALSE(answer.precise);
  EXPECT_LE(answer.trials, 5'000U);
}

TEST(SizeSearch, LooksAtNothingThatCannotBeBuilt) {
  SizeQuestion question = about_a_share(3.0, 60.0, 0.8);
  question.values.whole = true;
  for (double value = 3.0; value <= 60.0; value += 3.0) question.values.only.push_back(value);
  SizeSearch search(question, coins(16, [](double value) { return normal_power(value, 1.0); }));
  const SizeAnswer answer = search.answer();
  EXPECT_EQ(answer.outcome, SizeOutcome::found);
  EXPECT_EQ(answer.value, 33.0);  // 31.4 would do
  for (const Batch& batch : search.batches()) EXPECT_EQ(std::fmod(batch.value, 3.0), 0.0);
}

TEST(SizeSearch, MakesTrialsInWholeUnits) {
  SizeQuestion question = about_participants(100.0);
  question.unit = 300;
  question.most_trials = 10'000;
  SizeSearch search(question, coins(17, two_arms));
  EXPECT_EQ(search.answer().trials, 9'900U);
  for (const Batch& batch : search.batches()) EXPECT_EQ(batch.responses.trials % 300, 0U);
}

TEST(SizeSearch, AnErrorThatAllResponsesShareWidensTheInterval) {
  SizeSearch search(about_participants(100.0), coins(18, two_arms));
  const SizeAnswer answer = search.answer();
  const SizeAnswer same = search.allowing_for(0.0, 199.0, answer);
  EXPECT_EQ(same.lower, answer.lower);
  EXPECT_EQ(same.upper, answer.upper);
  constexpr double known = 1e9;
  // Normal theory: where the power is 1.96 standard errors of 0.01 away from 0.9, but for the curve's own
  // error.
  const SizeAnswer wider = search.allowing_for(0.01, known, answer);
  EXPECT_EQ(wider.value, answer.value);
  EXPECT_NEAR(wider.lower, normal_size(0.9 - 0.0215, 0.5), 3.0);
  EXPECT_NEAR(wider.upper, normal_size(0.9 + 0.0215, 0.5), 3.0);
  EXPECT_LT(wider.lower, answer.lower - 3.0);
  // An error that was estimated from five draws counts for more.
  EXPECT_LT(search.allowing_for(0.01, 4.0, answer).lower, wider.lower);
  EXPECT_TRUE(std::isnan(search.allowing_for(0.01, 0.0, answer).lower));
  // Where the curve nowhere clears the target by so much the end is that of the range.
  EXPECT_EQ(search.allowing_for(0.9, known, answer).lower, 4.0);
}

TEST(SizeSearch, NoReplicateIsUsedTwice) {
  SizeQuestion question = about_participants(100.0);
  question.first_replicate = 1'000;
  SizeSearch search(question, coins(10, two_arms));
  (void)search.answer();
  std::uint64_t next = 1'000;
  for (const Batch& batch : search.batches()) {
    EXPECT_EQ(batch.first_replicate, next);
    EXPECT_EQ(batch.responses.trials % 50, 0U);
    next += batch.responses.trials;
  }
}

TEST(SizeSearch, EndsWhereItIsInterrupted) {
  std::uint64_t made = 0;
  const TryValue some = [&](double value, std::uint64_t first, std::uint64_t trials) {
    made += trials;
    return made > 1'000 ? Responses{} : coins(11, two_arms)(value, first, trials);
  };
  SizeSearch search(about_participants(100.0), some);
  EXPECT_EQ(search.answer().outcome, SizeOutcome::interrupted);
}

double to_fours(double value) {
  return std::ceil(value / 4.0) * 4.0;
}

TEST(SizeSearch, ABudgetMakesItNarrowerAsFarAsItGoes) {
  SizeQuestion question = about_participants(100.0, 0.8);
  const auto half_width = [&](double seconds_a_trial) {
    question.budget = SizeBudget{1.0, [=](double) { return seconds_a_trial; }, 20'000};
    SizeSearch search(question, coins(21, two_arms));
    const SizeAnswer answer = search.answer();
    EXPECT_TRUE(answer.precise);
    EXPECT_EQ(answer.narrowest, 2.0);
    return answer.half_width;
  };
  const double cheap = half_width(1e-9);
  const double dear = half_width(1.0);
  EXPECT_LE(cheap, 2.0);  // participants, of 126
  EXPECT_GT(dear, 2.0);
  EXPECT_LE(dear, 0.02 * 128.0);
  // The checks have their share of it: where they alone take it all the search makes do with the least.
  EXPECT_EQ(half_width(1.0 / 20'000.0), dear);
  // What is asked for is made whatever it costs.
  question.precision = 1.0;
  question.budget = SizeBudget{1.0, [](double) { return 1.0; }, 20'000};
  SizeSearch search(question, coins(21, two_arms));
  EXPECT_LE(search.answer().half_width, 1.0);
}

TEST(PossibleValues, AParticipantMoreIsOneOfTheInterval) {
  const PossibleValues values{4.0, 500.0, true};
  // 170.2 give or take 2: half a person further on, and an error of rounding with it.
  const std::array<double, 2> told = values.interval_from(170.2, 168.2, 172.2, 1.96, 1.0);
  EXPECT_EQ(told[0], 169.0);
  EXPECT_EQ(told[1], 172.0);
  // The first value after a number that is known may be the next at most.
  const std::array<double, 2> known = values.interval_from(170.2, 170.2, 170.2, 1.96, 1.0);
  EXPECT_EQ(known, (std::array{171.0, 171.0}));
  // Without steps the interval is told as it is.
  const PossibleValues share{0.0, 1.0, false};
  EXPECT_EQ(share.interval_from(0.5, 0.4, 0.7, 1.96, 1.0), (std::array{0.4, 0.7}));
}

TEST(SizeSearch, MissesWhatIsBelowTheTargetByMoreThanItsOwnInterval) {
  SizeSearch search(about_participants(100.0), coins(19, two_arms));
  (void)search.answer();
  Responses fresh{10'000, 10'000, 8'945.0, 8'945.0};  // 1.79 of its standard errors below 0.9
  EXPECT_FALSE(search.misses(fresh));
  fresh.sum = fresh.squares = 8'935.0;  // 2.11
  EXPECT_TRUE(search.misses(fresh));
}

TEST(VerifiedSize, AnAnswerThatItsOwnTrialsConfirmStands) {
  SizeSearch search(about_participants(100.0), coins(12, two_arms));
  const VerifiedSize size = verified_size(search, to_fours, CheckTrials{}, coins(13, two_arms));
  ASSERT_TRUE(size.verification.has_value());
  EXPECT_TRUE(size.verification->agrees);
  EXPECT_EQ(size.searches, 1);
  EXPECT_EQ(size.recommended, to_fours(size.answer.value));
  EXPECT_EQ(size.verification->value, size.recommended);
  EXPECT_EQ(size.verification->first_replicate, 0U);
  EXPECT_NEAR(size.verification->responses.mean(), two_arms(size.recommended), 0.015);
}

TEST(VerifiedSize, ItsTrialsCountAndWhatIsRecommendedReachesTheTargetByAllOfThem) {
  int moved = 0;
  for (std::uint64_t seed = 30; seed < 50; ++seed) {
    SizeQuestion question = about_participants(100.0);
    question.first_replicate = std::uint64_t{1} << 62U;
    SizeSearch search(question, coins(seed, two_arms));
    const double before = search.answer().value;
    const VerifiedSize size = verified_size(search, to_fours, CheckTrials{}, coins(seed, two_arms));
    moved += before != size.answer.value ? 1 : 0;
    // The check is counted once, wherever it was made again.
    ASSERT_EQ(search.checks().size(), 1U);
    EXPECT_GE(size.verification->together->response, 0.9);
    EXPECT_LT(search.fitted(size.answer.value - 1.0)->response, 0.9);
    EXPECT_FALSE(search.misses(size.verification->responses));
    EXPECT_EQ(size.answer.trials, search.trials());
  }
  EXPECT_GT(moved, 0);
}

TEST(VerifiedSize, OneThatTheyContradictIsLookedForAgainWithTwiceAsMany) {
  // The search sees trials of a larger effect than there is; what it learns from the checks moves its answer.
  SizeSearch search(about_participants(100.0), coins(14, [](double n) { return normal_power(n, 0.52); }));
  const VerifiedSize size = verified_size(
      search, [](double value) { return value; }, CheckTrials{}, coins(15, two_arms));
  EXPECT_GT(size.searches, 1);
  ASSERT_EQ(size.answer.outcome, SizeOutcome::found);
  EXPECT_GE(size.verification->responses.trials, 20'000U);
  EXPECT_FALSE(search.misses(size.verification->responses));
  EXPECT_GT(size.answer.exact, normal_size(0.9, 0.52) + 3.0);
}

TEST(VerifiedSize, WhatIsContradictedToTheEndIsNoAnswer) {
  // No number of participants has the power that the search sees.
  SizeSearch search(about_participants(100.0), coins(14, two_arms));
  const VerifiedSize size = verified_size(
      search, [](double value) { return value; }, CheckTrials{}, coins(15, [](double) { return 0.5; }));
  EXPECT_NE(size.answer.outcome, SizeOutcome::found);
  EXPECT_FALSE(size.verification.has_value());
}

TEST(TriedValues, ACheckOfTheSameReplicatesTakesThePlaceOfTheOneBefore) {
  const Responses hundred{100, 100, 50.0, 50.0};
  TriedValues tried;
  tried.add({10.0, std::uint64_t{1} << 62U, hundred});
  tried.add_check({10.0, 0, hundred});
  EXPECT_EQ(tried.values()[0].responses.trials, 200U);
  tried.add_check({12.0, 0, {200, 200, 100.0, 100.0}});
  ASSERT_EQ(tried.checks().size(), 1U);
  ASSERT_EQ(tried.values().size(), 2U);
  EXPECT_EQ(tried.values()[0].responses.trials, 100U);
  EXPECT_EQ(tried.values()[1].responses.trials, 200U);
  tried.add_check({12.0, 200, hundred});  // others
  EXPECT_EQ(tried.checks().size(), 2U);
  EXPECT_EQ(tried.values_without_checks().size(), 1U);
}

}  // namespace
}  // namespace equipoise
