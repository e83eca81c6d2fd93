#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "engine/random/stream.hpp"

namespace equipoise {
namespace {

struct KnownAnswer {
  RandomBlock counter;
  RandomKey key;
  RandomBlock words;
};

/// The Philox4x64-10 lines of kat_vectors, published with Random123: zeros, ones, digits of pi.
constexpr std::array<KnownAnswer, 3> known_answers{{
    {{0, 0, 0, 0}, {0, 0}, {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
    {{~0ULL, ~0ULL, ~0ULL, ~0ULL},
     {~0ULL, ~0ULL},
     {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
    {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
     {0x452821e638d01377, 0xbe5466cf34e90c6c},
     {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
}};

/// The upper and lower halves of a product, by halves of the factors.
std::array<std::uint64_t, 2> product(std::uint64_t x, std::uint64_t y) {
  const std::uint64_t half = 0xffffffff;
  const std::uint64_t low = (x & half) * (y & half);
  const std::uint64_t cross = (x >> 32U) * (y & half) + (low >> 32U);
  const std::uint64_t other = (x & half) * (y >> 32U) + (cross & half);
  return {(x >> 32U) * (y >> 32U) + (cross >> 32U) + (other >> 32U), x * y};
}

/// The generator from the paper's description (Salmon et al. 2011), without the library.
RandomBlock from_the_paper(RandomBlock counter, RandomKey key) {
  for (int round = 0; round < 10; ++round) {
    const auto [high_0, low_0] = product(0xD2E7470EE14C6C93, counter[0]);
    const auto [high_1, low_1] = product(0xCA5A826395121157, counter[2]);
    counter = {high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0};
    key[0] += 0x9E3779B97F4A7C15;  // the golden ratio
    key[1] += 0xBB67AE8584CAA73B;  // sqrt(3) - 1
  }
  return counter;
}

TEST(Philox, GivesThePublishedAnswers) {
  for (const KnownAnswer& known : known_answers)
    EXPECT_EQ(philox_block(known.counter, known.key), known.words);
}

TEST(Philox, IsTheGeneratorOfThePaper) {
  for (const KnownAnswer& known : known_answers)
    EXPECT_EQ(from_the_paper(known.counter, known.key), known.words);
  RandomBlock counter{1, 2, 3, 4};
  RandomKey key{5, 6};
  for (int i = 0; i < 1000; ++i) {
    const RandomBlock words = philox_block(counter, key);
    ASSERT_EQ(words, from_the_paper(counter, key));
    counter = words;
    key = {words[3], words[1]};
  }
}

}  // namespace
}  // namespace equipoise
