#include "engine/random/stream.hpp"

#include <algorithm>

#include <Random123/philox.h>

namespace equipoise {
RandomBlock philox_block(const RandomBlock& counter, const RandomKey& key) {
  const r123::Philox4x64 philox;
  const r123::Philox4x64::ctr_type words =
      philox({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {words[0], words[1], words[2], words[3]};
}

void Stream::fill(std::span<std::uint64_t> words) {
  std::size_t k = 0;
  while (k < words.size() && used_ < block_.size()) words[k++] = (*this)();
  // No block waits for the one before: here, where one is not called after the other, the processor works on
  // several at a time.
  for (; k + block_.size() <= words.size(); k += block_.size()) {
    const RandomBlock block = philox_block(counter_, key_);
    std::copy(block.begin(), block.end(), &words[k]);
    ++counter_[0];
  }
  while (k < words.size()) words[k++] = (*this)();
}

}  // namespace equipoise
