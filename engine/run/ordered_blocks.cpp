#include "engine/run/ordered_blocks.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/run/workers.hpp"

namespace equipoise {
namespace {

using Work = std::function<void(std::uint64_t, std::size_t)>;

/// Hands out blocks in order, each with a free slot, and folds them in the same order: whoever finishes the
/// block that is due folds it, and those after it that are done already.
class BlockQueue {
 public:
  BlockQueue(std::size_t slots, const std::function<bool(std::uint64_t)>& next, const Work& fold)
      : next_(next), fold_(fold), finished_(slots) {
    for (std::size_t slot = slots; slot > 0; --slot) free_.push_back(slot - 1);
  }

  struct Ticket {
    std::uint64_t block;
    std::size_t slot;
  };

  /// The next block, or nothing once no more is wanted. Waits while every slot is taken.
  std::optional<Ticket> take() {
    std::unique_lock lock(mutex_);
    slot_is_free_.wait(lock, [this] { return !free_.empty() || ended_; });
    if (ended_ || !next_(issued_)) {
      ended_ = true;
      slot_is_free_.notify_all();
      return std::nullopt;
    }
    const std::size_t slot = free_.back();
    free_.pop_back();
    return Ticket{issued_++, slot};
  }

  void finish(Ticket ticket) {
    std::unique_lock lock(mutex_);
    finished_[ticket.block % finished_.size()] = ticket.slot;
    if (folding_) return;
    folding_ = true;
    // Blocks under way are consecutive from the one that is due and no more than there are slots: each has
    // its place.
    while (std::optional<std::size_t>& due = finished_[folded_ % finished_.size()]) {
      const std::size_t slot = *due;
      due.reset();
      lock.unlock();
      fold_(folded_, slot);
      lock.lock();
      ++folded_;
      free_.push_back(slot);
      slot_is_free_.notify_one();
    }
    folding_ = false;
  }

  /// An exception ends the queue: those who wait go home.
  void end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    slot_is_free_.notify_all();
  }

 private:
  const std::function<bool(std::uint64_t)>& next_;
  const Work& fold_;
  std::mutex mutex_;
  std::condition_variable slot_is_free_;
  std::vector<std::size_t> free_;
  std::vector<std::optional<std::size_t>> finished_;  // the slot of block b, at b modulo the number of slots
  std::uint64_t issued_ = 0;
  std::uint64_t folded_ = 0;
  bool folding_ = false;
  bool ended_ = false;
};

void work_off(BlockQueue& queue, const Work& work) {
  try {
    while (const auto ticket = queue.take()) {
      work(ticket->block, ticket->slot);
      queue.finish(*ticket);
    }
  } catch (...) {
    queue.end();
    throw;
  }
}

}  // namespace

int worker_count(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::size_t slot_count(int workers) {
  // Enough for a worker to go on while the block before its own is still being folded.
  return 2 * static_cast<std::size_t>(workers) + 1;
}

void for_each_block_in_order(int workers, const std::function<bool(std::uint64_t)>& next, const Work& work,
                             const Work& fold) {
  BlockQueue queue(slot_count(workers), next, fold);
  on_workers(workers, [&] { work_off(queue, work); });
}

}  // namespace equipoise
