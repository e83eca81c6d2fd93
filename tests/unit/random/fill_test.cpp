#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

/// Columns shorter and longer than the words that are read ahead, and not multiples of a block.
const std::vector<std::size_t> lengths{0, 1, 3, 4, 5, 8, 63, 400, 511, 512, 513, 2000};

template <class Fill>
std::vector<double> filled(const Fill& fill, const Stream& stream, std::size_t length) {
  std::vector<double> column(length);
  fill(stream, column);
  return column;
}

template <class Law>
std::vector<double> one_by_one(const Law& law, Stream stream, std::size_t length) {
  std::vector<double> column(length);
  for (double& number : column) number = law(stream);
  return column;
}

TEST(StreamFill, GivesTheWordsDrawnOneByOne) {
  for (const std::size_t before : {0U, 1U, 3U, 4U}) {
    for (const std::size_t length : lengths) {
      Stream stream = Streams(7, 3).at(Purpose::test, 1, 2);
      for (std::size_t k = 0; k < before; ++k) stream();
      Stream twin = stream;
      std::vector<std::uint64_t> words(length);
      stream.fill(words);
      for (const std::uint64_t word : words) ASSERT_EQ(word, twin());
      ASSERT_EQ(stream(), twin());
    }
  }
}

TEST(FillNormal, GivesTheNumbersDrawnOneByOne) {
  for (const std::size_t length : lengths) {
    for (std::uint64_t replicate = 0; replicate < 20; ++replicate) {
      const Stream stream = Streams(7, replicate).at(Purpose::course, 3, 9);
      ASSERT_EQ(filled(fill_normal, stream, length), one_by_one(Normal(), stream, length));
    }
  }
}

TEST(FillNormal, GivesTheSameInTheTailAndInEveryLayer) {
  // Two million numbers: hundreds of them from beyond the ziggurat's last edge at 3.44.
  for (std::uint64_t replicate = 0; replicate < 1000; ++replicate) {
    const Stream stream = Streams(8, replicate).at(Purpose::test, 0);
    ASSERT_EQ(filled(fill_normal, stream, 2000), one_by_one(Normal(), stream, 2000));
  }
}

TEST(FillUniform, GivesTheNumbersDrawnOneByOne) {
  for (const std::size_t length : lengths) {
    const Stream stream = Streams(7, 1).at(Purpose::dropout, 3, 9);
    ASSERT_EQ(filled(fill_uniform, stream, length), one_by_one(Uniform(), stream, length));
  }
}

TEST(FillNormal, ALongerColumnStartsWithTheShorter) {
  const Stream stream = Streams(7, 1).at(Purpose::course, 0);
  const auto few = filled(fill_normal, stream, 390);
  auto many = filled(fill_normal, stream, 1200);
  many.resize(390);
  EXPECT_EQ(few, many);
}

}  // namespace
}  // namespace equipoise
