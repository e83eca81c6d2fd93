#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"

namespace equipoise {
namespace {

using Person = MadeUpTrial::Person;

MadeUpTrial values(const std::vector<double>& treated, const std::vector<double>& others) {
  std::vector<Person> people;
  for (const double value : treated) people.push_back({.arm = 1, .value = value});
  for (const double value : others) people.push_back({.arm = 0, .value = value});
  return MadeUpTrial(people);
}

TEST(RankSum, OfSixPeopleByHand) {
  // 3 beats 1 and 2; 5 and 6 beat all three: 8 of 9 pairs. Var0 = 3 * 3 * 7 / 12 = 5.25.
  const Estimate estimate = analyse(values({3.0, 5.0, 6.0}, {1.0, 2.0, 4.0}), RankSumOptions{});
  EXPECT_NEAR(estimate.value, 8.0 / 9.0 - 0.5, 1e-15);
  EXPECT_NEAR(estimate.statistic, 3.5 / std::sqrt(5.25), 1e-14);
  // Placements 2, 3, 3 of the treated and 0, 0, 1 above the others: each of variance 1/3 about its mean.
  EXPECT_NEAR(estimate.se, std::sqrt(3.0 / 3.0 + 3.0 / 3.0) / 9.0, 1e-15);
  EXPECT_EQ(estimate.status, FitStatus::ok);
}

TEST(RankSum, TiesCountHalfAndTakeFromTheVariance) {
  // Pairs: 1 ties with 1 (1/2) and loses; 2 wins, ties with 2; 2 again: 0.5 + 1.5 + 1.5 of 6. Ties of two and
  // three.
  const Estimate estimate = analyse(values({1.0, 2.0, 2.0}, {1.0, 2.0}), RankSumOptions{});
  EXPECT_NEAR(estimate.value, 3.5 / 6.0 - 0.5, 1e-15);
  const double variance = 6.0 / 12.0 * (6.0 - (6.0 + 24.0) / (5.0 * 4.0));
  EXPECT_NEAR(estimate.statistic, 0.5 / std::sqrt(variance), 1e-14);
}

std::vector<Person> many(std::size_t count) {
  std::vector<Person> people;
  for (std::size_t i = 0; i < count; ++i) {
    people.push_back({.arm = static_cast<std::uint8_t>(i % 2),
                      .value = std::floor(40.0 * std::fmod(static_cast<double>(i) * 0.618033988749895, 1.0)),
                      .site = static_cast<std::uint16_t>(i / 2 % 3)});
  }
  return people;
}

TEST(RankSum, SeesRanksOnly) {
  std::vector<Person> people = many(61);
  for (const bool by_site : {false, true}) {
    const Estimate estimate = analyse(MadeUpTrial(people), RankSumOptions{by_site});
    std::vector<Person> bent = people;
    for (Person& person : bent) person.value = std::exp(0.3 * person.value) - 7.0;
    const Estimate of_bent = analyse(MadeUpTrial(bent), RankSumOptions{by_site});
    EXPECT_EQ(of_bent.value, estimate.value);
    EXPECT_EQ(of_bent.se, estimate.se);
    EXPECT_EQ(of_bent.p, estimate.p);
    // Turned upside down, who won lost.
    for (Person& person : bent) person.value = -person.value;
    const Estimate upside_down = analyse(MadeUpTrial(bent), RankSumOptions{by_site});
    EXPECT_NEAR(upside_down.value, -estimate.value, 1e-15);
    EXPECT_NEAR(upside_down.statistic, -estimate.statistic, 1e-13);
    std::ranges::reverse(bent);
    const Estimate turned = analyse(MadeUpTrial(bent), RankSumOptions{by_site});
    EXPECT_NEAR(turned.value, upside_down.value, 1e-15);
    EXPECT_NEAR(turned.se, upside_down.se, 1e-15);
  }
}

TEST(RankSum, OneStratumIsNone) {
  std::vector<Person> people = many(40);
  for (Person& person : people) person.site = 4;
  const Estimate stratified = analyse(MadeUpTrial(people), RankSumOptions{true});
  const Estimate plain = analyse(MadeUpTrial(people), RankSumOptions{false});
  EXPECT_DOUBLE_EQ(stratified.value, plain.value);
  EXPECT_DOUBLE_EQ(stratified.statistic, plain.statistic);
}

TEST(RankSum, StrataBeyondTwoBytesKeepApart) {
  const MadeUpTrial trial(many(61));
  const Estimate estimate = analyse(trial, RankSumOptions{true});
  MadeUpTrial far = trial;
  for (std::uint32_t& site : far.data.site) site *= 65'536U;
  const Estimate of_far = analyse(far, RankSumOptions{true});
  EXPECT_EQ(of_far.value, estimate.value);
  EXPECT_EQ(of_far.se, estimate.se);
  EXPECT_EQ(of_far.p, estimate.p);
  EXPECT_NE(analyse(trial, RankSumOptions{false}).p, estimate.p);
}

TEST(RankSum, TheSameStratumTwiceTellsTwiceAsMuch) {
  std::vector<Person> people = many(41);
  for (Person& person : people) person.site = 0;
  const Estimate once = analyse(MadeUpTrial(people), RankSumOptions{true});
  for (std::size_t i = 0; i < 41; ++i) {
    Person again = people[i];
    again.site = 1;
    people.push_back(again);
  }
  // A site of one arm alone compares nothing.
  people.push_back({.arm = 1, .value = 99.0, .site = 2});
  const Estimate twice = analyse(MadeUpTrial(people), RankSumOptions{true});
  EXPECT_NEAR(twice.value, once.value, 1e-15);
  EXPECT_NEAR(twice.se, once.se / std::sqrt(2.0), 1e-15);
  EXPECT_NEAR(twice.statistic, once.statistic * std::sqrt(2.0), 1e-13);
}

TEST(RankSum, SaysWhatItCannotDo) {
  EXPECT_EQ(analyse(values({1.0}, {1.0, 2.0}), RankSumOptions{}).status, FitStatus::too_few);
  EXPECT_EQ(analyse(values({1.0, 1.0}, {1.0, 1.0}), RankSumOptions{}).status, FitStatus::singular);
  std::vector<Person> apart = many(20);
  for (Person& person : apart) person.site = person.arm;
  EXPECT_EQ(analyse(MadeUpTrial(apart), RankSumOptions{true}).status, FitStatus::too_few);
  // Arms that do not overlap have an answer.
  const Estimate parted = analyse(values({4.0, 5.0, 6.0}, {1.0, 2.0, 3.0}), RankSumOptions{});
  EXPECT_EQ(parted.status, FitStatus::ok);
  EXPECT_DOUBLE_EQ(parted.value, 0.5);
  EXPECT_GT(parted.se, 0.0);
}

}  // namespace
}  // namespace equipoise
