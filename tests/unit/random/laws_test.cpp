#include "engine/random/laws.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

#include <boost/random/normal_distribution.hpp>
#include <gtest/gtest.h>

#include "engine/random/unit_interval.hpp"

namespace equipoise {
namespace {

Stream pinned_stream() {
  return Streams(20251108, 3).at(Purpose::baseline, 41, 2);
}

template <class Law>
auto draws(const Law& law, std::size_t count, Stream stream = pinned_stream()) {
  std::vector<decltype(law(stream))> drawn;
  for (std::size_t i = 0; i < count; ++i) drawn.push_back(law(stream));
  return drawn;
}

/// How many words of its stream a law takes for `count` numbers.
template <class Law>
std::size_t words_taken(const Law& law, std::size_t count) {
  Stream stream = pinned_stream();
  for (std::size_t i = 0; i < count; ++i) law(stream);
  const std::uint64_t next = stream();
  Stream again = pinned_stream();
  std::size_t taken = 0;
  while (again() != next) ++taken;
  return taken;
}

// One pinned stream a law: whoever changes these numbers changes everybody's results and raises
// stream_version.
using Doubles = std::vector<double>;
using Ints = std::vector<int>;

TEST(PinnedLaw, Uniform) {
  EXPECT_EQ(draws(Uniform(), 4), (Doubles{0x1.9665f08c9f5d3p-1, 0x1.bd63336112243p-1, 0x1.18aaef3b41523p-1,
                                          0x1.575a1ee7307dfp-1}));
}
TEST(PinnedLaw, Normal) {
  EXPECT_EQ(draws(Normal(), 4), (Doubles{-0x1.7bb5d3d730bd8p+0, 0x1.86cb92fab3e34p-1, -0x1.93c9728af8417p-1,
                                         -0x1.950383ab290eep-1}));
}
TEST(PinnedLaw, Exponential) {
  EXPECT_EQ(draws(Exponential(2.0), 4), (Doubles{0x1.dbb486899cd44p+1, 0x1.2332523b33fc8p+0,
                                                 0x1.a53222a303033p+0, 0x1.723138b70c34fp+0}));
}
TEST(PinnedLaw, LogNormal) {
  // exp and log of the standard library may differ in the last bit from one library to the next.
  const Doubles drawn = draws(LogNormal(63.0, 60.0), 4);
  const Doubles pinned{0x1.bb5afc67d2d9ep+3, 0x1.50f163e36f981p+6, 0x1.83573da45ee1fp+4,
                       0x1.829885e05d70fp+4};
  for (std::size_t i = 0; i < pinned.size(); ++i) EXPECT_NEAR(drawn[i], pinned[i], 1e-14 * pinned[i]);
}

TEST(PinnedLaw, Shuffle) {
  std::vector<std::uint8_t> entries(10);
  std::iota(entries.begin(), entries.end(), std::uint8_t{0});
  Stream stream = pinned_stream();
  shuffle(entries, stream);
  EXPECT_EQ(entries, (std::vector<std::uint8_t>{3, 2, 0, 6, 1, 5, 8, 4, 9, 7}));
}

TEST(Uniform, StaysInsideTheOpenInterval) {
  EXPECT_EQ(unit_interval(0), 0x1p-53);
  EXPECT_EQ(unit_interval(~0ULL), 1.0 - 0x1p-53);
  EXPECT_EQ(unit_interval(1ULL << 63U), 0.5 + 0x1p-53);
  EXPECT_EQ(unit_interval(0x123456789abcdef0) + unit_interval(~0x123456789abcdef0ULL), 1.0);
}

TEST(Uniform, TakesOneWordANumber) {
  EXPECT_EQ(words_taken(Uniform(), 1000), 1000U);
}

TEST(Normal, IsBoostsZiggurat) {
  Stream stream = pinned_stream();
  boost::random::normal_distribution<double> normal;
  for (const double number : draws(Normal(), 100'000)) ASSERT_EQ(number, normal(stream));
}

TEST(Exponential, ScalesWithItsMean) {
  const Doubles one = draws(Exponential(1.0), 100);
  const Doubles three = draws(Exponential(3.0), 100);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(three[i], 3.0 * one[i]);
}

TEST(LogNormal, WithoutSpreadIsItsMean) {
  // exp(log(63)) is 63 to the rounding of both.
  for (const double number : draws(LogNormal(63.0, 0.0), 10)) EXPECT_NEAR(number, 63.0, 63.0 * 1e-15);
}

TEST(Shuffle, KeepsTheEntries) {
  Stream stream = pinned_stream();
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<std::uint8_t> entries(size);
    for (std::size_t i = 0; i < size; ++i) entries[i] = static_cast<std::uint8_t>(i / 3);
    const auto before = entries;
    shuffle(entries, stream);
    EXPECT_TRUE(std::is_permutation(before.begin(), before.end(), entries.begin()));
  }
}

}  // namespace
}  // namespace equipoise
