#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace equipoise {

/// Scratch memory handed out piece by piece and taken back all at once. What was handed out stays where it is
/// until then; memory is allocated only while the arena grows.
template <class T>
class Arena {
 public:
  /// `count` entries, with whatever values they had.
  [[nodiscard]] std::span<T> take(std::size_t count) {
    while (block_ < blocks_.size() && blocks_[block_].size() - used_ < count) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) blocks_.emplace_back(std::max(count, least_block));
    const std::span<T> piece(blocks_[block_].data() + used_, count);
    used_ += count;
    return piece;
  }
  [[nodiscard]] std::span<T> take_zeros(std::size_t count) {
    const std::span<T> piece = take(count);
    std::fill(piece.begin(), piece.end(), T{});
    return piece;
  }
  /// Takes everything back and keeps the memory.
  void reset() {
    block_ = 0;
    used_ = 0;
  }

 private:
  static constexpr std::size_t least_block = 16'384;  // entries: most analyses need one block

  std::vector<std::vector<T>> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

}  // namespace equipoise
