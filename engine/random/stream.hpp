#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "engine/random/purpose.hpp"

namespace equipoise {

/// The four numbers that a counter-based generator makes of one counter and one key: Philox4x64-10 (Salmon,
/// Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), as Random123 implements
/// it.
using RandomBlock = std::array<std::uint64_t, 4>;

using RandomKey = std::array<std::uint64_t, 2>;

[[nodiscard]] RandomBlock philox_block(const RandomBlock& counter, const RandomKey& key);

/// The key of every stream of a seed. The stream version is part of it: another version, other numbers.
[[nodiscard]] constexpr RandomKey stream_key(std::uint64_t seed) {
  return {seed, stream_version};
}

/// The counter of block `block` (four words) of the stream at an address.
[[nodiscard]] constexpr RandomBlock stream_counter(std::uint64_t replicate, Purpose purpose,
                                                   std::uint64_t unit, std::uint32_t sub,
                                                   std::uint64_t block = 0) {
  return {block, (static_cast<std::uint64_t>(purpose) << 32U) | sub, unit, replicate};
}

/// A stream of random bits with an address: (seed; replicate, unit, purpose, sub). It belongs to the thing
/// simulated, so who draws it, when, and what else is drawn changes nothing. Models a C++ uniform random bit
/// generator.
class Stream {
 public:
  using result_type = std::uint64_t;

  Stream(std::uint64_t seed, std::uint64_t replicate, Purpose purpose, std::uint64_t unit, std::uint32_t sub)
      : counter_(stream_counter(replicate, purpose, unit, sub)), key_(stream_key(seed)) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    if (used_ == block_.size()) {
      block_ = philox_block(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return block_[used_++];
  }

  /// The same words as so many calls would give, faster.
  void fill(std::span<std::uint64_t> words);

 private:
  RandomBlock counter_;
  RandomKey key_;
  RandomBlock block_{};
  std::size_t used_ = 4;
};

/// All streams of one replicate.
class Streams {
 public:
  Streams(std::uint64_t seed, std::uint64_t replicate) : seed_(seed), replicate_(replicate) {}

  [[nodiscard]] Stream at(Purpose purpose, std::uint64_t unit, std::uint32_t sub = 0) const {
    return {seed_, replicate_, purpose, unit, sub};
  }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] std::uint64_t replicate() const { return replicate_; }

 private:
  std::uint64_t seed_;
  std::uint64_t replicate_;
};

}  // namespace equipoise
