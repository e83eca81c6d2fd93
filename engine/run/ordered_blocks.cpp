#include "engine/run/ordered_blocks.hpp"

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

namespace equipoise {
namespace {

struct Ticket {
  std::uint64_t block = 0;
  std::size_t slot = 0;
};

/// Slots that no block holds. Taken by the first stage and given back by the last, which may be different
/// threads.
class FreeSlots {
 public:
  explicit FreeSlots(std::size_t count) {
    for (std::size_t slot = count; slot > 0; --slot) free_.push_back(slot - 1);
  }
  std::size_t take() {
    const std::scoped_lock lock(mutex_);
    const std::size_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void give_back(std::size_t slot) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(slot);
  }

 private:
  std::mutex mutex_;
  std::vector<std::size_t> free_;
};

}  // namespace

int worker_count(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::size_t slot_count(int workers) {
  // Enough for a worker to go on while the block before its own is still being folded.
  return 2 * static_cast<std::size_t>(workers) + 1;
}

void for_each_block_in_order(int workers, const std::function<bool(std::uint64_t)>& next,
                             const std::function<void(std::uint64_t, std::size_t)>& work,
                             const std::function<void(std::uint64_t, std::size_t)>& fold) {
  const std::size_t slots = slot_count(workers);
  FreeSlots free(slots);
  std::uint64_t upcoming = 0;
  const auto issue = [&](tbb::flow_control& control) -> Ticket {
    if (!next(upcoming)) {
      control.stop();
      return {};
    }
    return {upcoming++, free.take()};
  };
  const auto run = [&](Ticket ticket) {
    work(ticket.block, ticket.slot);
    return ticket;
  };
  const auto finish = [&](Ticket ticket) {
    fold(ticket.block, ticket.slot);
    free.give_back(ticket.slot);
  };
  using tbb::filter_mode;
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(workers));
  tbb::task_arena arena(workers);
  arena.execute([&] {
    tbb::parallel_pipeline(slots, tbb::make_filter<void, Ticket>(filter_mode::serial_in_order, issue) &
                                      tbb::make_filter<Ticket, Ticket>(filter_mode::parallel, run) &
                                      tbb::make_filter<Ticket, void>(filter_mode::serial_in_order, finish));
  });
}

}  // namespace equipoise
