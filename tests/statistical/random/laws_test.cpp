// Every law against its distribution, and a twin that is a little wrong against the same check: the twin must
// fail.

#include "engine/random/laws.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "checks.hpp"

namespace equipoise {
namespace {

using namespace checks;

constexpr std::uint64_t seed = 20251108;
// Enough to see one per cent in a scale: the distance limit is then half of what one per cent moves.
constexpr std::size_t large = 4'000'000;
constexpr std::size_t medium = 1'000'000;

/// One number of each of n neighbouring units.
template <class Law>
auto of_units(const Law& law, std::size_t n) {
  const Streams streams(seed, 0);
  Stream first = streams.at(Purpose::test, 0);
  std::vector<decltype(law(first))> numbers;
  numbers.reserve(n);
  for (std::uint64_t unit = 0; unit < n; ++unit) {
    Stream stream = streams.at(Purpose::test, unit);
    numbers.push_back(law(stream));
  }
  return numbers;
}

std::vector<double> many(decltype(fill_normal) fill) {
  std::vector<double> numbers(large);
  fill(Streams(seed, 1).at(Purpose::test, 0), numbers);
  return numbers;
}

std::vector<double> scaled(std::vector<double> numbers, double factor) {
  for (double& number : numbers) number *= factor;
  return numbers;
}

std::vector<double> to_the_power(std::vector<double> numbers, double power) {
  for (double& number : numbers) number = std::pow(number, power);
  return numbers;
}

TEST(UniformLaw, HasItsDistribution) {
  const auto identity = [](double u) { return u; };
  const std::vector<double> numbers = many(fill_uniform);
  EXPECT_LT(distance(numbers, identity), distance_limit(large));
  EXPECT_GT(distance(to_the_power(numbers, 1.01), identity), distance_limit(large));
  EXPECT_LT(standard_errors(numbers, 0.5, std::sqrt(1.0 / 12.0)), standard_errors_limit());
  EXPECT_GT(standard_errors(scaled(numbers, 1.002), 0.5, std::sqrt(1.0 / 12.0)), standard_errors_limit());
}

/// The p-value of the lowest 8 of a uniform number's 52 bits.
double low_bits_p(const std::vector<double>& numbers) {
  std::vector<double> counts(256);
  for (const double u : numbers) ++counts[static_cast<std::uint64_t>(u * 0x1p52) % counts.size()];
  return chi_squared_p(counts, std::vector<double>(counts.size(), 1.0 / static_cast<double>(counts.size())));
}

TEST(UniformLaw, HasRandomLowBits) {
  const std::vector<double> numbers = many(fill_uniform);
  EXPECT_GT(low_bits_p(numbers), false_alarm);
  std::vector<double> coarse = numbers;  // bits 0 and 1 are never both set
  for (double& u : coarse) {
    const auto cell = static_cast<std::uint64_t>(u * 0x1p52);
    if (cell % 4 == 3) u = static_cast<double>(cell - 1) * 0x1p-52;
  }
  EXPECT_LT(low_bits_p(coarse), false_alarm);
}

/// E x^2k = 1, 3, 15, 105; so the standard deviations of x, ..., x^4 are 1, sqrt 2, sqrt 15, sqrt 96.
double worst_moment(const std::vector<double>& numbers) {
  const std::array<double, 4> means{0.0, 1.0, 0.0, 3.0};
  const std::array<double, 4> variances{1.0, 2.0, 15.0, 96.0};
  double worst = 0.0;
  for (std::size_t k = 0; k < means.size(); ++k) {
    const auto powers = to_the_power(numbers, static_cast<double>(k + 1));
    worst = std::max(worst, standard_errors(powers, means[k], std::sqrt(variances[k])));
  }
  return worst;
}

TEST(NormalLaw, HasItsDistribution) {
  const std::vector<double> numbers = many(fill_normal);
  EXPECT_LT(distance(numbers, normal_cdf), distance_limit(large));
  EXPECT_GT(distance(scaled(numbers, 1.01), normal_cdf), distance_limit(large));
}

TEST(NormalLaw, HasItsMoments) {
  const std::vector<double> numbers = many(fill_normal);
  EXPECT_LT(worst_moment(numbers), standard_errors_limit());
  EXPECT_GT(worst_moment(scaled(numbers, 1.01)), standard_errors_limit());
}

/// The p-value of the counts between the edges of the tails, where the ziggurat is at its most intricate.
double tails_p(const std::vector<double>& numbers) {
  const std::vector<double> edges{-4.5, -4.0, -3.5, -3.0, 3.0, 3.5, 4.0, 4.5};
  std::vector<double> counts(edges.size() + 1);
  std::vector<double> probabilities(edges.size() + 1);
  for (const double x : numbers)
    ++counts[static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), x) - edges.begin())];
  double below = 0.0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    probabilities[i] = normal_cdf(edges[i]) - below;
    below = normal_cdf(edges[i]);
  }
  probabilities.back() = 1.0 - below;
  return chi_squared_p(counts, probabilities);
}

TEST(NormalLaw, HasItsTails) {
  std::vector<double> numbers = many(fill_normal);
  EXPECT_GT(tails_p(numbers), false_alarm);
  for (double& number : numbers) number = std::clamp(number, -3.99, 3.99);
  EXPECT_LT(tails_p(numbers), false_alarm);
}

TEST(ExponentialLaw, HasItsDistribution) {
  const auto cdf = [](double x) { return -std::expm1(-x / 2.5); };
  const std::vector<double> numbers = of_units(Exponential(2.5), large);
  EXPECT_LT(distance(numbers, cdf), distance_limit(large));
  EXPECT_GT(distance(scaled(numbers, 1.01), cdf), distance_limit(large));
  EXPECT_LT(standard_errors(numbers, 2.5, 2.5), standard_errors_limit());
  EXPECT_GT(standard_errors(scaled(numbers, 1.01), 2.5, 2.5), standard_errors_limit());
}

TEST(LogNormalLaw, HasItsDistribution) {
  const double log_variance = std::log(1.0 + 60.0 * 60.0 / (63.0 * 63.0));
  const double log_mean = std::log(63.0) - log_variance / 2.0;
  const auto cdf = [&](double x) { return normal_cdf((std::log(x) - log_mean) / std::sqrt(log_variance)); };
  const std::vector<double> numbers = of_units(LogNormal(63.0, 60.0), large);
  EXPECT_LT(distance(numbers, cdf), distance_limit(large));
  EXPECT_GT(distance(scaled(numbers, 1.01), cdf), distance_limit(large));
}

TEST(LogNormalLaw, HasTheMeanAndSdAskedFor) {
  const std::vector<double> numbers = of_units(LogNormal(63.0, 60.0), large);
  EXPECT_LT(standard_errors(numbers, 63.0, 60.0), standard_errors_limit());
  EXPECT_GT(standard_errors(scaled(numbers, 1.01), 63.0, 60.0), standard_errors_limit());
  // (x - mean)^2 has variance sd^4 (kurtosis - 1); w = 1 + cv^2 gives the kurtosis w^4 + 2 w^3 + 3 w^2 - 3.
  const double w = 1.0 + 60.0 * 60.0 / (63.0 * 63.0);
  const double kurtosis = w * w * w * w + 2.0 * w * w * w + 3.0 * w * w - 3.0;
  std::vector<double> squares;
  for (const double x : numbers) squares.push_back((x - 63.0) * (x - 63.0));
  const double sd_of_squares = 3600.0 * std::sqrt(kurtosis - 1.0);
  EXPECT_LT(standard_errors(squares, 3600.0, sd_of_squares), standard_errors_limit());
  EXPECT_GT(standard_errors(scaled(squares, 1.05), 3600.0, sd_of_squares), standard_errors_limit());
}

/// The p-value of all 24 orders of 4 entries.
template <class Shuffle>
double orders_p(const Shuffle& shuffle_entries) {
  std::vector<double> counts(256);
  for (std::uint64_t unit = 0; unit < medium; ++unit) {
    Stream stream = Streams(seed, 2).at(Purpose::allocation, unit);
    std::array<std::uint8_t, 4> entries{0, 1, 2, 3};
    shuffle_entries(entries, stream);
    ++counts[static_cast<std::size_t>(entries[0] * 64 + entries[1] * 16 + entries[2] * 4 + entries[3])];
  }
  std::erase(counts, 0.0);
  if (counts.size() != 24) return 0.0;
  return chi_squared_p(counts, std::vector<double>(24, 1.0 / 24.0));
}

TEST(ShuffleLaw, MakesEveryOrderEquallyLikely) {
  const auto right = [](std::span<std::uint8_t> entries, Stream& stream) { shuffle(entries, stream); };
  // A familiar mistake: every entry changes places with any of all.
  const auto wrong = [](std::span<std::uint8_t> entries, Stream& stream) {
    for (std::uint8_t& entry : entries) std::swap(entry, entries[stream() >> 62U]);
  };
  EXPECT_GT(orders_p(right), false_alarm);
  EXPECT_LT(orders_p(wrong), false_alarm);
}

/// The p-value of where the entry 17 of 250 comes to stand.
template <class Shuffle>
double position_p(const Shuffle& shuffle_entries) {
  std::vector<double> counts(250);
  std::vector<std::uint8_t> entries(counts.size());
  for (std::uint64_t unit = 0; unit < 50'000; ++unit) {
    Stream stream = Streams(seed, 3).at(Purpose::allocation, unit);
    std::iota(entries.begin(), entries.end(), std::uint8_t{0});
    shuffle_entries(entries, stream);
    ++counts[static_cast<std::size_t>(std::find(entries.begin(), entries.end(), 17) - entries.begin())];
  }
  return chi_squared_p(counts, std::vector<double>(counts.size(), 1.0 / static_cast<double>(counts.size())));
}

TEST(ShuffleLaw, PutsAnEntryAnywhereInALongList) {
  const auto right = [](std::span<std::uint8_t> entries, Stream& stream) { shuffle(entries, stream); };
  const auto all_but_one = [](std::span<std::uint8_t> entries, Stream& stream) {
    shuffle(entries.subspan(1), stream);
  };
  EXPECT_GT(position_p(right), false_alarm);
  EXPECT_LT(position_p(all_but_one), false_alarm);
}

}  // namespace
}  // namespace equipoise
