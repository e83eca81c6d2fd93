#include "engine/random/stream.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

static_assert(std::uniform_random_bit_generator<Stream>);

std::vector<std::uint64_t> words(Stream stream, std::size_t count) {
  std::vector<std::uint64_t> drawn;
  for (std::size_t i = 0; i < count; ++i) drawn.push_back(stream());
  return drawn;
}

TEST(Stream, ReadsTheBlocksOfItsCounterInOrder) {
  Stream stream(11, 12, Purpose::course, 13, 14);
  for (std::uint64_t block = 0; block < 5; ++block) {
    const std::uint64_t purpose_and_sub = (4ULL << 32U) | 14U;
    for (const std::uint64_t word : philox_block({block, purpose_and_sub, 13, 12}, {11, stream_version})) {
      EXPECT_EQ(stream(), word);
    }
  }
}

TEST(Stream, BelongsToItsAddressAlone) {
  const Streams streams(1, 2);
  const auto alone = words(streams.at(Purpose::dropout, 7), 20);
  std::vector<Stream> others;
  for (std::uint64_t unit = 0; unit < 20; ++unit) {
    others.push_back(streams.at(Purpose::dropout, unit));
    others.push_back(streams.at(Purpose::attendance, unit, 3));
  }
  Stream among_others = streams.at(Purpose::dropout, 7);
  for (const std::uint64_t word : alone) {
    for (Stream& other : others) other();
    EXPECT_EQ(among_others(), word);
  }
}

TEST(Stream, IsAPrefixOfItsLongerSelf) {
  const Streams streams(1, 2);
  const auto longer = words(streams.at(Purpose::course, 5, 1), 100);
  for (std::size_t count = 0; count <= 100; ++count) {
    const auto shorter = words(streams.at(Purpose::course, 5, 1), count);
    EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), longer.begin()));
  }
}

TEST(Stream, EveryPartOfTheAddressCounts) {
  std::set<std::uint64_t> first;
  std::size_t addresses = 0;
  for (std::uint64_t seed : {0ULL, 1ULL, ~0ULL}) {
    for (std::uint64_t replicate : {0ULL, 1ULL, ~0ULL}) {
      for (const Purpose purpose : {Purpose::test, Purpose::recruitment, Purpose::group_effect}) {
        for (std::uint64_t unit : {0ULL, 1ULL, ~0ULL}) {
          for (std::uint32_t sub : {0U, 1U, ~0U}) {
            first.insert(Stream(seed, replicate, purpose, unit, sub)());
            ++addresses;
          }
        }
      }
    }
  }
  EXPECT_EQ(first.size(), addresses);
}

TEST(Stream, IsPinned) {
  ASSERT_EQ(stream_version, 1U);
  const std::vector<std::uint64_t> pinned{0xcb32f8464fae9152, 0xdeb199b0891218db, 0x8c55779da0a9178e,
                                          0xabad0f73983efeb4, 0xf4b29911e21c4787};
  EXPECT_EQ(words(Streams(20251108, 3).at(Purpose::baseline, 41, 2), 5), pinned);
}

}  // namespace
}  // namespace equipoise
