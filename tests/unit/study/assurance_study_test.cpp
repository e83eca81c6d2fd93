#include "engine/study/assurance_study.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/random/laws.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

using Numbers = std::vector<double>;

// So many trials that a power has no noise that could be seen.
constexpr std::uint64_t without_noise = 1'000'000'000'000;

/// A cell whose one hypothesis has this power.
CellResult cell(double power) {
  CellResult result{{}, Rejections(1, 0)};
  result.characteristics.tests.resize(1);
  result.characteristics.tests[0].name = "H";
  result.characteristics.tests[0].power = {power, 0.001};
  return result;
}

/// A study of `draws` draws of which those with a power are done.
AssuranceStudy study_of(const std::vector<Numbers>& keys, const Numbers& powers, std::uint64_t trials,
                        std::size_t draws, const std::vector<std::size_t>& rows = {}) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < keys.size(); ++k) names.push_back("key " + std::to_string(k + 1));
  AssuranceStudy study(names, keys, {1000, draws, trials}, rows);
  study.add(0, cell(0.8));
  for (std::size_t d = 0; d < powers.size(); ++d) study.add(d + 1, cell(powers[d]));
  return study;
}

/// All draws done, of one key that is 1, 2, 3, ...
Assurance assurance_of(const Numbers& powers, std::uint64_t trials,
                       const std::vector<std::size_t>& rows = {}) {
  Numbers key(powers.size());
  std::iota(key.begin(), key.end(), 1.0);
  return study_of({key}, powers, trials, powers.size(), rows).result().front();
}

Numbers uniform(std::size_t count, std::uint64_t seed) {
  Numbers numbers(count);
  fill_uniform(Streams(seed, 0).at(Purpose::test, 0), numbers);
  return numbers;
}

/// Normal numbers as even as they can be, in an order of chance.
Numbers even_normal(std::size_t count, std::uint64_t seed) {
  const Numbers by = uniform(count, seed);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return by[i]; });
  Numbers numbers(count);
  for (std::size_t rank = 0; rank < count; ++rank) {
    numbers[order[rank]] =
        normal_quantile((static_cast<double>(rank) + 0.625) / (static_cast<double>(count) + 0.25));
  }
  return numbers;
}

TEST(AssuranceStudy, TellsOfAllHypothesesTogether) {
  // Four trials a draw of two hypotheses: both, the second, none, the second; and the same with another
  // first.
  AssuranceStudy study({"a"}, {{1.0, 2.0}}, {4, 2, 4});
  for (std::size_t k = 0; k < study.cells(); ++k) {
    CellResult result{{}, Rejections(2, 0)};
    result.characteristics.tests.resize(2);
    for (std::uint64_t replicate = 0; replicate < 4; ++replicate) {
      TrialOutcome trial;
      trial.replicate = replicate;
      trial.tests.resize(2);
      trial.tests[0].shown = replicate == 0 || (replicate == 2 && k == 2);
      trial.tests[1].shown = replicate % 2 == 1 || replicate == 0;
      result.rejections.add({&trial, 1});
    }
    study.add(k, result);
  }
  const Assurance any = study.of({.which = Aim::Which::any});
  EXPECT_EQ(any.assurance.value, 0.875);
  EXPECT_EQ(any.power.value, 0.75);
  EXPECT_EQ(study.of({.which = Aim::Which::all}).assurance.value, 0.25);
  EXPECT_EQ(study.of({.hypothesis = 1}).hypothesis, study.result()[1].hypothesis);
  EXPECT_EQ(study.result().size(), 2U);
}

TEST(AssuranceStudy, EveryCellHasReplicatesOfItsOwn) {
  const AssuranceStudy study({"a"}, {{1.0, 2.0, 3.0}}, {1000, 3, 50});
  EXPECT_EQ(study.cells(), 4U);
  EXPECT_EQ(study.replicates(0).first, 0U);
  EXPECT_EQ(study.replicates(0).count, 1000U);
  EXPECT_EQ(study.replicates(1).first, 1000U);
  EXPECT_EQ(study.replicates(3).first, 1100U);
  EXPECT_EQ(study.replicates(3).count, 50U);
}

TEST(AssuranceStudy, IsTheMeanPowerWithTheErrorOfItsDraws) {
  const Assurance of = assurance_of({0.2, 0.4, 0.9, 0.7}, without_noise);
  EXPECT_EQ(of.hypothesis, "H");
  EXPECT_EQ(of.power.value, 0.8);
  EXPECT_EQ(of.power.mcse, 0.001);
  EXPECT_NEAR(of.assurance.value, 0.55, 1e-15);
  // Squares 0.1225, 0.0225, 0.1225, 0.0225: variance 0.29 / 3.
  EXPECT_NEAR(of.sd.value, std::sqrt(0.29 / 3.0), 1e-12);
  EXPECT_NEAR(of.assurance.mcse, std::sqrt(0.29 / 3.0 / 4.0), 1e-12);
}

TEST(AssuranceStudy, RowsThatRepeatTellAsMuchAsOneOfThem) {
  const Assurance once = assurance_of({0.2, 0.4, 0.9, 0.7}, without_noise);
  const Numbers twice{0.2, 0.2, 0.4, 0.4, 0.9, 0.9, 0.7, 0.7};
  const std::vector<std::size_t> rows{5, 5, 6, 6, 8, 8, 7, 7};
  const AssuranceStudy study = study_of({twice}, twice, without_noise, 8, rows);
  EXPECT_NEAR(study.effective_draws(), 4.0, 1e-12);
  const Assurance of = study.result().front();
  EXPECT_NEAR(of.assurance.mcse, once.assurance.mcse, 1e-12);
  EXPECT_NEAR(of.sd.value, once.sd.value, 1e-12);
  // The same rows in the same resamples.
  EXPECT_NEAR(of.sd.mcse, assurance_of({0.2, 0.4, 0.9, 0.7}, without_noise, {5, 6, 8, 7}).sd.mcse, 1e-12);
  EXPECT_EQ(of.effective_draws, study.effective_draws());
  // The negative control: rows that are not known to repeat seem to tell more.
  EXPECT_LT(assurance_of(twice, without_noise).assurance.mcse, 0.8 * once.assurance.mcse);
  // Unequal repeats: 16 / (9 + 1).
  EXPECT_NEAR(study_of({{1, 1, 1, 2}}, {0.1, 0.1, 0.1, 0.2}, 50, 4, {0, 0, 0, 1}).effective_draws(), 1.6,
              1e-12);
}

TEST(AssuranceStudy, TheNoiseOfTheTrialsIsTakenOutOfTheSpread) {
  constexpr std::size_t draws = 2000;
  constexpr std::uint64_t trials = 10;
  const Numbers where = uniform(draws, 1);
  const Numbers luck = uniform(draws * trials, 2);
  Numbers powers;
  for (std::size_t d = 0; d < draws; ++d) {
    const double power = 0.3 + 0.4 * where[d];
    const auto first = luck.begin() + static_cast<std::ptrdiff_t>(d * trials);
    const auto rejected = std::count_if(first, first + trials, [&](double u) { return u < power; });
    powers.push_back(static_cast<double>(rejected) / static_cast<double>(trials));
  }
  const double variance = 0.4 * 0.4 / 12.0;
  Moments found;  // one draw's part in the estimate, around the true mean
  for (const double p : powers) {
    found.add((p - 0.5) * (p - 0.5) - p * (1.0 - p) / static_cast<double>(trials - 1));
  }
  const double tolerance = checks::standard_errors_allowed() * found.standard_error();
  const Assurance of = assurance_of(powers, trials);
  EXPECT_NEAR(of.sd.value * of.sd.value, variance, tolerance);
  // The quantiles are drawn towards the mean as far: those of a uniform from 0.3 to 0.7 with the jumps of ten
  // trials, 0.1 times what is kept.
  EXPECT_LT(of.quantiles[4].value - of.quantiles[0].value, 0.9 * 0.4 + 0.1);
  // The negative control: with the noise left in, both are far off.
  const Assurance noisy = assurance_of(powers, without_noise);
  EXPECT_GT(noisy.sd.value * noisy.sd.value, variance + tolerance);
  EXPECT_GT(noisy.quantiles[4].value - noisy.quantiles[0].value, 0.9 * 0.4 + 0.1);
}

TEST(AssuranceStudy, WhatIsAllNoiseHasNoSpread) {
  // Variance of these 0.0833; of two trials at a power of one half 0.125.
  const Assurance of = assurance_of({0.5, 0.5, 1.0, 0.0, 0.5, 0.5, 0.5}, 2);
  EXPECT_EQ(of.sd.value, 0.0);
  for (const Simulated& quantile : of.quantiles) EXPECT_EQ(quantile.value, of.assurance.value);
  EXPECT_TRUE(std::isnan(of.drivers[0].share));
  const Assurance certain = assurance_of(Numbers(30, 1.0), 50);
  EXPECT_EQ(certain.sd.value, 0.0);
  EXPECT_EQ(certain.assurance.mcse, 0.0);
  EXPECT_EQ(certain.quantiles[0].value, 1.0);
}

TEST(AssuranceStudy, QuantilesLieBetweenThePowersInOrder) {
  Numbers powers;
  for (int i = 20; i >= 0; --i) powers.push_back(0.05 * i);
  const Assurance of = assurance_of(powers, without_noise);
  for (std::size_t q = 0; q < power_probabilities.size(); ++q) {
    EXPECT_NEAR(of.quantiles[q].value, power_probabilities[q], 1e-9);
  }
  EXPECT_NEAR(assurance_of({0.2, 0.4}, without_noise).quantiles[1].value, 0.25, 1e-9);
}

TEST(AssuranceStudy, OneTrialADrawTellsTheMeanAlone) {
  Numbers powers(40, 0.0);
  std::fill_n(powers.begin(), 30, 1.0);
  const Assurance of = assurance_of(powers, 1);
  EXPECT_NEAR(of.assurance.value, 0.75, 1e-15);
  EXPECT_NEAR(of.assurance.mcse, std::sqrt(0.75 * 0.25 / 39.0), 1e-12);
  EXPECT_TRUE(std::isnan(of.sd.value));
  for (const Simulated& quantile : of.quantiles) EXPECT_TRUE(std::isnan(quantile.value));
  EXPECT_TRUE(std::isnan(of.drivers[0].share));
  EXPECT_TRUE(std::isnan(of.drivers[0].share_by_chance));
}

TEST(AssuranceStudy, AKeyThatMovesThePowerExplainsItsShare) {
  constexpr std::size_t draws = 1000;
  const Numbers first = even_normal(draws, 3);
  const Numbers second = even_normal(draws, 4);
  const Numbers idle = even_normal(draws, 5);
  Numbers powers;
  Numbers skewed;  // the first, on another scale
  for (std::size_t d = 0; d < draws; ++d) {
    powers.push_back(0.5 + 0.08 * first[d] + 0.06 * second[d]);
    skewed.push_back(std::exp(2.0 * first[d]));
  }
  const Assurance of =
      study_of({first, second, skewed, idle, Numbers(draws, 0.7)}, powers, without_noise, draws)
          .result()
          .front();
  // The standard error of a squared correlation R is 2 sqrt(R) (1 - R) / sqrt(n) (Olkin and Finn 1995).
  const auto tolerance = [](double share) {
    return checks::standard_errors_allowed() * 2.0 * std::sqrt(share) * (1.0 - share) / std::sqrt(draws);
  };
  EXPECT_NEAR(of.drivers[0].share, 0.64, tolerance(0.64));
  EXPECT_NEAR(of.drivers[1].share, 0.36, tolerance(0.36));
  EXPECT_NEAR(of.drivers[0].change, 0.16, checks::standard_errors_allowed() * 2.0 * 0.06 / std::sqrt(draws));
  EXPECT_NEAR(of.drivers[2].share, of.drivers[0].share, 1e-12);  // only the order of a key's values counts
  // Chi-squared with two degrees of freedom is above 2 (k + 1) with probability exp(-(k + 1)).
  const double chance = -std::log(checks::one_in_a_million) - 1.0;
  EXPECT_LT(of.drivers[3].share, chance * of.drivers[3].share_by_chance);
  EXPECT_NEAR(of.drivers[3].share_by_chance, 2.0 / (draws - 1.0), 1e-9);
  EXPECT_GT(of.drivers[1].share, chance * of.drivers[1].share_by_chance);
  EXPECT_EQ(of.drivers[4].share, 0.0);
  EXPECT_EQ(of.drivers[4].change, 0.0);
}

TEST(AssuranceStudy, AKeyThatBendsThePowerExplainsIt) {
  const Numbers key = even_normal(100, 6);
  Numbers powers;
  for (const double z : key) powers.push_back(0.5 - 0.05 * z * z);
  const Assurance of = study_of({key}, powers, without_noise, 100).result().front();
  EXPECT_NEAR(of.drivers[0].share, 1.0, 1e-9);
  EXPECT_NEAR(of.drivers[0].change, 0.0, 1e-12);
}

TEST(AssuranceStudy, ValuesThatAreEqualMoveThePowerAlike) {
  // Two values: their order among equals must not count, or the step would not be seen whole.
  Numbers key;
  Numbers powers;
  for (std::size_t d = 0; d < 1000; ++d) {
    key.push_back(static_cast<double>(d % 2));
    powers.push_back(d % 2 == 0 ? 0.3 : 0.6);
  }
  const Assurance of = study_of({key}, powers, without_noise, 1000).result().front();
  EXPECT_NEAR(of.drivers[0].share, 1.0, 1e-9);
}

TEST(AssuranceStudy, RowsThatRepeatLeaveMoreToChance) {
  const Numbers of_key = even_normal(20, 7);
  const Numbers of_power = uniform(20, 8);
  Numbers key;
  Numbers powers;
  std::vector<std::size_t> rows;
  for (std::size_t d = 0; d < 100; ++d) {
    rows.push_back(d / 5);
    key.push_back(of_key[d / 5]);
    powers.push_back(of_power[d / 5]);
  }
  const auto drivers = [&](const std::vector<std::size_t>& of) {
    return study_of({key, even_normal(100, 11)}, powers, without_noise, 100, of).result().front().drivers;
  };
  const std::vector<PowerDriver> known = drivers(rows);
  const std::vector<PowerDriver> unknown = drivers({});
  EXPECT_NEAR(known[0].share_by_chance, 2.0 / 19.0, 1e-9);
  EXPECT_NEAR(unknown[0].share_by_chance, 2.0 / 99.0, 1e-9);
  EXPECT_LE(known[0].share, unknown[0].share);
  // A key with a prior of its own has a new value in every draw.
  EXPECT_NEAR(known[1].share_by_chance, 2.0 / 99.0, 1e-9);
}

TEST(AssuranceStudy, ThatWasInterruptedIsAShorterOne) {
  const Numbers key = even_normal(100, 9);
  const Numbers powers = uniform(100, 10);
  const Numbers first(powers.begin(), powers.begin() + 25);
  const AssuranceStudy interrupted = study_of({key}, first, 50, 100);
  ASSERT_TRUE(interrupted.has_result());
  EXPECT_EQ(interrupted.draws_done(), 25U);
  const Assurance found = interrupted.result().front();
  const Assurance shorter =
      study_of({Numbers(key.begin(), key.begin() + 25)}, first, 50, 25).result().front();
  EXPECT_EQ(found.assurance.value, shorter.assurance.value);
  EXPECT_EQ(found.assurance.mcse, shorter.assurance.mcse);
  EXPECT_EQ(found.sd.value, shorter.sd.value);
  EXPECT_EQ(found.sd.mcse, shorter.sd.mcse);
  for (std::size_t q = 0; q < power_probabilities.size(); ++q) {
    EXPECT_EQ(found.quantiles[q].value, shorter.quantiles[q].value);
    EXPECT_EQ(found.quantiles[q].mcse, shorter.quantiles[q].mcse);
  }
  EXPECT_EQ(found.drivers[0].share, shorter.drivers[0].share);
  EXPECT_FALSE(study_of({key}, Numbers(first.begin(), first.begin() + 19), 50, 100).has_result());
  EXPECT_FALSE(AssuranceStudy({"a"}, {{1.0}}, {1000, 1, 50}).has_result());
}

TEST(AssuranceStudy, AFewDrawsTellWhatTheyCan) {
  const Assurance one = assurance_of({0.4}, 50);
  EXPECT_EQ(one.assurance.value, 0.4);
  EXPECT_TRUE(std::isnan(one.assurance.mcse));
  EXPECT_TRUE(std::isnan(one.sd.value));
  // A parabola goes through any three powers.
  const Assurance three = assurance_of({0.4, 0.9, 0.1}, 50);
  EXPECT_FALSE(std::isnan(three.sd.value));
  EXPECT_TRUE(std::isnan(three.drivers[0].share));
}

}  // namespace
}  // namespace equipoise
