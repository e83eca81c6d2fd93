// Streams at neighbouring addresses know nothing of each other.

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "checks.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

using namespace checks;

constexpr std::size_t n = 400'000;
constexpr std::uint64_t seed = 20251108;

struct Neighbours {
  std::string by;
  std::function<std::pair<Stream, Stream>(std::uint64_t)> at;
};

/// Pairs of streams whose addresses differ in one part by one.
std::vector<Neighbours> neighbours() {
  const Purpose purpose = Purpose::course;
  const Purpose next = Purpose::response;
  const auto stream = [](std::uint64_t a_seed, std::uint64_t replicate, Purpose p, std::uint64_t unit,
                         std::uint32_t sub) { return Streams(a_seed, replicate).at(p, unit, sub); };
  return {
      {"seed",
       [=](auto i) { return std::pair(stream(seed, 0, purpose, i, 0), stream(seed + 1, 0, purpose, i, 0)); }},
      {"replicate",
       [=](auto i) { return std::pair(stream(seed, 4, purpose, i, 0), stream(seed, 5, purpose, i, 0)); }},
      {"purpose",
       [=](auto i) { return std::pair(stream(seed, 0, purpose, i, 0), stream(seed, 0, next, i, 0)); }},
      {"unit",
       [=](auto i) {
         return std::pair(stream(seed, 0, purpose, 2 * i, 0), stream(seed, 0, purpose, 2 * i + 1, 0));
       }},
      {"sub",
       [=](auto i) { return std::pair(stream(seed, 0, purpose, i, 0), stream(seed, 0, purpose, i, 1)); }},
  };
}

/// The sum of products of standard normal numbers, in its standard errors. `shared` of the second one's
/// variance is the first one's.
double correlation_z(const Neighbours& pairs, double shared = 0.0) {
  const Normal normal;
  std::vector<double> products;
  products.reserve(n);
  for (std::uint64_t i = 0; i < n; ++i) {
    auto [one, other] = pairs.at(i);
    const double x = normal(one);
    const double y = std::sqrt(shared) * x + std::sqrt(1.0 - shared) * normal(other);
    products.push_back(x * y);
  }
  return standard_errors(products, 0.0, 1.0);
}

/// The p-value of how many of 64 bits differ, against the binomial law of independent bits.
double differing_bits_p(const Neighbours& pairs, std::uint64_t copied_bits = 0) {
  std::vector<double> counts(65);
  for (std::uint64_t i = 0; i < n; ++i) {
    auto [one, other] = pairs.at(i);
    ++counts[static_cast<std::size_t>(std::popcount((one() ^ other()) & ~copied_bits))];
  }
  std::vector<double> probabilities{std::exp2(-64.0)};
  for (int k = 1; k <= 64; ++k) probabilities.push_back(probabilities.back() * (65 - k) / k);
  return chi_squared_p(counts, probabilities);
}

TEST(NeighbouringStreams, AreUncorrelated) {
  for (const Neighbours& pairs : neighbours()) {
    EXPECT_LT(correlation_z(pairs), standard_errors_limit()) << pairs.by;
    EXPECT_GT(correlation_z(pairs, 0.0004), standard_errors_limit()) << pairs.by;  // a correlation of 0.02
  }
}

TEST(NeighbouringStreams, DifferInHalfOfTheirBits) {
  for (const Neighbours& pairs : neighbours()) {
    EXPECT_GT(differing_bits_p(pairs), false_alarm) << pairs.by;
    EXPECT_LT(differing_bits_p(pairs, 1), false_alarm) << pairs.by;  // one bit of 64 shared
  }
}

TEST(OneStream, HasUncorrelatedNumbers) {
  const Normal normal;
  std::vector<double> products;
  Stream stream = Streams(seed, 0).at(Purpose::test, 0);
  double before = normal(stream);
  for (std::size_t i = 0; i < n; ++i) {
    const double number = normal(stream);
    products.push_back(before * number);
    before = number;
  }
  EXPECT_LT(standard_errors(products, 0.0, 1.0), standard_errors_limit());
  for (double& product : products) product += 0.02;  // what a lag-one correlation of 0.02 adds on average
  EXPECT_GT(standard_errors(products, 0.0, 1.0), standard_errors_limit());
}

}  // namespace
}  // namespace equipoise
