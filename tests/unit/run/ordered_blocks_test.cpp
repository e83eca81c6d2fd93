#include "engine/run/ordered_blocks.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(OrderedBlocks, FoldsEveryBlockOnceInOrderOnAnyNumberOfThreads) {
  for (const int workers : {1, 2, 8}) {
    std::vector<std::uint64_t> folded;
    std::vector<std::uint64_t> slots(slot_count(workers));
    for_each_block_in_order(
        workers, [](std::uint64_t block) { return block < 200; },
        [&](std::uint64_t block, std::size_t slot) { slots.at(slot) = block * block; },
        [&](std::uint64_t block, std::size_t slot) {
          EXPECT_EQ(slots.at(slot), block * block);  // nobody else has had the slot in between
          folded.push_back(block);
        });
    ASSERT_EQ(folded.size(), 200U);
    for (std::uint64_t block = 0; block < 200; ++block) EXPECT_EQ(folded[block], block);
  }
}

TEST(OrderedBlocks, NoBlockIsWantedNoneIsWorkedOn) {
  for_each_block_in_order(
      2, [](std::uint64_t) { return false; }, [](std::uint64_t, std::size_t) { FAIL(); },
      [](std::uint64_t, std::size_t) { FAIL(); });
}

TEST(OrderedBlocks, AWorkerForEveryThreadThatTheMachineHas) {
  EXPECT_EQ(worker_count(3), 3);
  EXPECT_GE(worker_count(0), 1);
}

}  // namespace
}  // namespace equipoise
