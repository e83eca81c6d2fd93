#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

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

/// The words of one unit: those drawn ahead first, then the stream's further blocks. A uniform random bit
/// generator.
class UnitWords {
 public:
  using result_type = std::uint64_t;

  UnitWords(const std::uint64_t* ahead, std::size_t count, const RandomBlock& next_counter,
            const RandomKey& key)
      : next_(ahead), end_(ahead + count), counter_(next_counter), key_(key) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    if (next_ == end_) refill();
    return *next_++;
  }

 private:
  void refill() {
    block_ = philox_block(counter_, key_);
    ++counter_[0];
    next_ = block_.data();
    end_ = next_ + block_.size();
  }

  const std::uint64_t* next_;
  const std::uint64_t* end_;
  RandomBlock counter_;
  RandomKey key_;
  RandomBlock block_;
};

/// Philox blocks of neighbouring units, written one after another. Nothing in a block waits for another
/// block, so the processor works on several at a time.
void draw_ahead(const RandomBlock& first, const RandomKey& key, std::size_t units, std::size_t blocks,
                Words& words) {
  const r123::Philox4x64 philox;
  std::uint64_t* out = words.data();
  for (std::size_t i = 0; i < units; ++i) {
    for (std::uint64_t block = 0; block < blocks; ++block) {
      const auto drawn = philox({{first[0] + block, first[1], first[2] + i, first[3]}}, {{key[0], key[1]}});
      out = std::copy(drawn.begin(), drawn.end(), out);
    }
  }
}

/// Fills the columns of `out` with draw(words), words being those of the unit.
template <class Draw>
void fill(const Streams& streams, Purpose purpose, std::uint64_t first_unit, std::size_t units,
          std::size_t per_unit, std::uint32_t sub, double* out, std::size_t stride, Draw draw) {
  const std::size_t blocks = (std::min(per_unit, most_words_ahead) + block_words - 1) / block_words;
  if (blocks == 0) return;
  const std::size_t words_a_unit = blocks * block_words;
  const std::size_t batch = buffer_words / words_a_unit;
  const RandomKey key = stream_key(streams.seed());
  Words words;
  for (std::size_t start = 0; start < units; start += batch) {
    const std::size_t count = std::min(batch, units - start);
    draw_ahead(stream_counter(streams.replicate(), purpose, first_unit + start, sub), key, count, blocks,
               words);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t unit = first_unit + start + i;
      UnitWords unit_words(words.data() + i * words_a_unit, words_a_unit,
                           stream_counter(streams.replicate(), purpose, unit, sub, blocks), key);
      for (std::size_t k = 0; k < per_unit; ++k) out[k * stride + start + i] = draw(unit_words);
    }
  }
}

}  // namespace

void fill_normal(const Streams& streams, Purpose purpose, std::uint64_t first_unit, std::size_t units,
                 std::size_t per_unit, std::uint32_t sub, double* out, std::size_t stride) {
  boost::random::normal_distribution<double> normal;
  fill(streams, purpose, first_unit, units, per_unit, sub, out, stride,
       [&normal](UnitWords& words) { return normal(words); });
}

void fill_uniform(const Streams& streams, Purpose purpose, std::uint64_t first_unit, std::size_t units,
                  std::size_t per_unit, std::uint32_t sub, double* out, std::size_t stride) {
  fill(streams, purpose, first_unit, units, per_unit, sub, out, stride,
       [](UnitWords& words) { return unit_interval(words()); });
}

}  // namespace equipoise
