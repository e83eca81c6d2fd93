#include "engine/cohort/allocation.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/cohort/recruitment.hpp"

namespace equipoise {
namespace {

Design design_of(const std::vector<int>& allocations, std::size_t sites, std::size_t block_size) {
  Design design;
  design.participants = 500;
  design.sites = sites;
  design.block_size = block_size;
  for (const int allocation : allocations) design.arms.push_back({"arm", "therapy", allocation});
  return design;
}

People allocated(const Design& design, std::uint64_t replicate) {
  const Streams streams(7, replicate);
  People people;
  people.resize(design.participants);
  Recruitment(design.sites, 20.0, false)(streams, people);
  Allocation::Scratch scratch;
  Allocation{design}(streams, scratch, people);
  return people;
}

/// The arms of each site's participants, in order of enrolment.
std::vector<std::vector<int>> arms_by_site(const People& people, std::size_t sites) {
  std::vector<std::vector<int>> arms(sites);
  for (std::size_t i = 0; i < people.count(); ++i) arms[people.site[i]].push_back(people.arm[i]);
  return arms;
}

struct Ratio {
  std::vector<int> allocations;
  std::size_t sites;
  std::size_t block_size;
};

class PermutedBlocks : public testing::TestWithParam<Ratio> {};

TEST_P(PermutedBlocks, HoldEveryArmInItsShareWithinEachSite) {
  const auto& [allocations, sites, block_size] = GetParam();
  const Design design = design_of(allocations, sites, block_size);
  const auto repeats = static_cast<int>(block_size) / design.allocation_total();
  for (std::uint64_t replicate = 0; replicate < 5; ++replicate) {
    for (const std::vector<int>& arms : arms_by_site(allocated(design, replicate), sites)) {
      for (std::size_t start = 0; start + block_size <= arms.size(); start += block_size) {
        std::vector<int> counts(allocations.size());
        for (std::size_t k = start; k < start + block_size; ++k) ++counts[static_cast<std::size_t>(arms[k])];
        for (std::size_t a = 0; a < counts.size(); ++a) EXPECT_EQ(counts[a], repeats * allocations[a]);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ratios, PermutedBlocks,
                         testing::Values(Ratio{{1, 1}, 1, 2}, Ratio{{1, 1}, 3, 4}, Ratio{{2, 1}, 2, 6},
                                         Ratio{{1, 1, 1, 1}, 6, 8}, Ratio{{3, 2, 1}, 4, 12}));

TEST(Allocation, AnUnfinishedBlockNeverHoldsMoreOfAnArmThanItsShare) {
  const Design design = design_of({1, 1}, 7, 4);
  for (const std::vector<int>& arms : arms_by_site(allocated(design, 0), 7)) {
    int balance = 0;
    for (const int arm : arms) {
      balance += arm == 0 ? 1 : -1;
      EXPECT_LE(std::abs(balance), 2);  // half of a block of four
    }
  }
}

TEST(Allocation, PutsBlocksInEveryOrder) {
  const Design design = design_of({1, 1}, 1, 4);
  std::set<std::vector<int>> orders;
  for (std::uint64_t replicate = 0; replicate < 5; ++replicate) {
    const std::vector<int> arms = arms_by_site(allocated(design, replicate), 1)[0];
    for (std::size_t start = 0; start + 4 <= arms.size(); start += 4) {
      orders.insert({arms.begin() + static_cast<std::ptrdiff_t>(start),
                     arms.begin() + static_cast<std::ptrdiff_t>(start) + 4});
    }
  }
  EXPECT_EQ(orders.size(), 6U);  // 4 choose 2
}

TEST(Allocation, SitesAndReplicatesHaveOrdersOfTheirOwn) {
  const Design design = design_of({1, 1}, 2, 2);
  const auto first = arms_by_site(allocated(design, 0), 2);
  const auto second = arms_by_site(allocated(design, 1), 2);
  const std::size_t common = std::min({first[0].size(), first[1].size(), second[0].size()});
  const auto start = [common](const std::vector<int>& arms) {
    return std::vector<int>(arms.begin(), arms.begin() + static_cast<std::ptrdiff_t>(common));
  };
  EXPECT_NE(start(first[0]), start(first[1]));
  EXPECT_NE(start(first[0]), start(second[0]));
}

}  // namespace
}  // namespace equipoise
