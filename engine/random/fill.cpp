#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <Random123/philox.h>
#include <boost/random/normal_distribution.hpp>

#include "engine/random/laws.hpp"
#include "engine/random/unit_interval.hpp"

namespace equipoise {
namespace {

constexpr std::size_t block_words = 4;
// The words drawn ahead fit in the fastest cache beside the numbers that they become.
constexpr std::size_t buffer_words = 1024;
// A unit that needs more than this many words draws the rest block by block: batches stay wide enough to
// overlap.
constexpr std::size_t most_words_ahead = 64;

using Words = std::array<std::uint64_t, buffer_words>;

/// What the key becomes, round by round: the same for every block of a seed.
class KeySchedule {
 public:
  static constexpr std::size_t rounds = r123::Philox4x64::rounds;

  explicit KeySchedule(const RandomKey& key) {
    for (std::size_t round = 0; round < rounds; ++round) {
      keys_[round] = {key[0] + round * PHILOX_W64_0, key[1] + round * PHILOX_W64_1};
    }
  }
  const RandomKey& operator[](std::size_t round) const { return keys_[round]; }

 private:
  std::array<RandomKey, rounds> keys_;
};

/// Writes the block of a counter: Philox4x64-10 as philox_block gives it, with the key's rounds worked out
/// beforehand.
inline void write_block(const RandomBlock& counter, const KeySchedule& keys, std::uint64_t* out) {
  auto [a, b, c, d] = counter;
  for (std::size_t round = 0; round < KeySchedule::rounds; ++round) {
    std::uint64_t high_a = 0;
    std::uint64_t high_c = 0;
    const std::uint64_t low_a = mulhilo64(PHILOX_M4x64_0, a, &high_a);
    const std::uint64_t low_c = mulhilo64(PHILOX_M4x64_1, c, &high_c);
    a = high_c ^ b ^ keys[round][0];
    b = low_c;
    c = high_a ^ d ^ keys[round][1];
    d = low_a;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

/// Blocks of neighbouring units, written one after another. Nothing in a block waits for another block, so
/// the processor works on several at a time.
void draw_ahead(const RandomBlock& first, const KeySchedule& keys, std::size_t units, std::size_t blocks,
                Words& words) {
  std::uint64_t* out = words.data();
  for (std::size_t i = 0; i < units; ++i) {
    for (std::uint64_t block = 0; block < blocks; ++block) {
      write_block({first[0] + block, first[1], first[2] + i, first[3]}, keys, out);
      out += block_words;
    }
  }
}

/// The words of one unit from a given one on: those drawn ahead first, then the stream's further blocks.
class UnitWords {
 public:
  using result_type = std::uint64_t;

  UnitWords(std::span<const std::uint64_t> ahead, const RandomBlock& next_counter, const KeySchedule& keys)
      : ahead_(ahead), counter_(next_counter), keys_(keys) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    if (ahead_.empty()) {
      write_block(counter_, keys_, block_.data());
      ++counter_[0];
      ahead_ = block_;
    }
    const result_type word = ahead_.front();
    ahead_ = ahead_.subspan(1);
    return word;
  }

 private:
  std::span<const std::uint64_t> ahead_;
  RandomBlock counter_;
  const KeySchedule& keys_;
  RandomBlock block_{};
};

/// The ziggurat's first try (Boost's tables and use of the word's bits): where it holds, as it does 97 times
/// of 100, the word alone makes the number.
class NormalFromWord {
 public:
  static bool first_try(std::uint64_t word, double& number) {
    const double* const edges = boost::random::detail::normal_table<double>::table_x;
    const std::size_t layer = (word >> 1U) & 0x7fU;
    // Bit 11 is left out, so that 56 bits rounded to the 53 of a double stay below 1.
    const auto fraction = static_cast<std::int64_t>((word & ~(std::uint64_t{1} << 11U)) >> 8U);
    const double distance = static_cast<double>(fraction) * 0x1p-56 * edges[layer];
    const std::uint64_t sign = (~word & 1U) << 63U;
    number = std::bit_cast<double>(std::bit_cast<std::uint64_t>(distance) | sign) + 0.0;
    return distance < edges[layer + 1];
  }

  static double from(UnitWords& words) { return boost::random::normal_distribution<double>()(words); }
};

class UniformFromWord {
 public:
  static bool first_try(std::uint64_t word, double& number) {
    number = unit_interval(word);
    return true;
  }

  static double from(UnitWords& words) { return unit_interval(words()); }
};

/// Fills the columns of `out`: from one word a number while the law's first try holds, then from the unit's
/// stream.
template <class Law>
void fill(const Streams& streams, Purpose purpose, std::uint64_t first_unit, std::size_t units,
          std::size_t per_unit, std::uint32_t sub, double* out, std::size_t stride) {
  const std::size_t blocks = (std::min(per_unit, most_words_ahead) + block_words - 1) / block_words;
  if (blocks == 0) return;
  const std::size_t words_a_unit = blocks * block_words;
  const std::size_t batch = buffer_words / words_a_unit;
  const std::size_t tries = std::min(per_unit, words_a_unit);
  const KeySchedule keys(stream_key(streams.seed()));
  Words words;
  for (std::size_t start = 0; start < units; start += batch) {
    const std::size_t count = std::min(batch, units - start);
    draw_ahead(stream_counter(streams.replicate(), purpose, first_unit + start, sub), keys, count, blocks,
               words);
    for (std::size_t i = 0; i < count; ++i) {
      const std::span<const std::uint64_t> ahead(words.data() + i * words_a_unit, words_a_unit);
      double* const column = out + start + i;
      std::size_t k = 0;
      while (k < tries && Law::first_try(ahead[k], column[k * stride])) ++k;
      if (k == per_unit) continue;
      UnitWords rest(ahead.subspan(k),
                     stream_counter(streams.replicate(), purpose, first_unit + start + i, sub, blocks), keys);
      for (; k < per_unit; ++k) column[k * stride] = Law::from(rest);
    }
  }
}

}  // namespace

void fill_normal(const Streams& streams, Purpose purpose, std::uint64_t first_unit, std::size_t units,
                 std::size_t per_unit, std::uint32_t sub, double* out, std::size_t stride) {
  fill<NormalFromWord>(streams, purpose, first_unit, units, per_unit, sub, out, stride);
}

void fill_uniform(const Streams& streams, Purpose purpose, std::uint64_t first_unit, std::size_t units,
                  std::size_t per_unit, std::uint32_t sub, double* out, std::size_t stride) {
  fill<UniformFromWord>(streams, purpose, first_unit, units, per_unit, sub, out, stride);
}

}  // namespace equipoise
