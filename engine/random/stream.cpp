#include "engine/random/stream.hpp"

#include <Random123/philox.h>

namespace equipoise {
namespace {

constexpr std::size_t block_words = 4;

/// Two neighbouring blocks: Philox4x64-10 as philox_block gives them. Every multiplication of a block waits
/// for the one before; those of two blocks do not wait for each other.
void write_two_blocks(const RandomBlock& counter, const RandomKey& key, std::uint64_t* out) {
  std::uint64_t a[2] = {counter[0], counter[0] + 1};
  std::uint64_t b[2] = {counter[1], counter[1]};
  std::uint64_t c[2] = {counter[2], counter[2]};
  std::uint64_t d[2] = {counter[3], counter[3]};
  RandomKey round_key = key;
  for (std::size_t round = 0; round < r123::Philox4x64::rounds; ++round) {
    for (std::size_t k = 0; k < 2; ++k) {
      std::uint64_t high_a = 0;
      std::uint64_t high_c = 0;
      const std::uint64_t low_a = mulhilo64(PHILOX_M4x64_0, a[k], &high_a);
      const std::uint64_t low_c = mulhilo64(PHILOX_M4x64_1, c[k], &high_c);
      a[k] = high_c ^ b[k] ^ round_key[0];
      b[k] = low_c;
      c[k] = high_a ^ d[k] ^ round_key[1];
      d[k] = low_a;
    }
    round_key[0] += PHILOX_W64_0;
    round_key[1] += PHILOX_W64_1;
  }
  for (std::size_t k = 0; k < 2; ++k) {
    out[block_words * k] = a[k];
    out[block_words * k + 1] = b[k];
    out[block_words * k + 2] = c[k];
    out[block_words * k + 3] = d[k];
  }
}

}  // namespace

RandomBlock philox_block(const RandomBlock& counter, const RandomKey& key) {
  const r123::Philox4x64 philox;
  const r123::Philox4x64::ctr_type words =
      philox({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {words[0], words[1], words[2], words[3]};
}

void Stream::fill(std::span<std::uint64_t> words) {
  std::size_t k = 0;
  while (k < words.size() && used_ < block_words) words[k++] = (*this)();
  for (; k + 2 * block_words <= words.size(); k += 2 * block_words) {
    write_two_blocks(counter_, key_, &words[k]);
    counter_[0] += 2;
  }
  while (k < words.size()) words[k++] = (*this)();
}

}  // namespace equipoise
