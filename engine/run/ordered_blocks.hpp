#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace equipoise {

/// The number of workers that `threads` stands for: itself, or the machine's where it is 0.
[[nodiscard]] int worker_count(int threads);

/// Blocks that may be under way at once with so many workers: each has a slot of storage of its own.
[[nodiscard]] std::size_t slot_count(int workers);

/// Works on blocks 0, 1, 2, ... on several threads and folds them one at a time in order. `next` says whether
/// another block is wanted and is asked in order; `work(block, slot)` runs on any thread, `fold(block, slot)`
/// on one at a time. A slot is given to one block from the start of its work to the end of its fold.
void for_each_block_in_order(int workers, const std::function<bool(std::uint64_t)>& next,
                             const std::function<void(std::uint64_t, std::size_t)>& work,
                             const std::function<void(std::uint64_t, std::size_t)>& fold);

}  // namespace equipoise
