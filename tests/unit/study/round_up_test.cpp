#include "engine/study/round_up.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "engine/study/possible_values.hpp"

namespace equipoise {
namespace {

Design two_to_one() {
  Design design;
  design.arms = {{"Therapy", "therapy", 2}, {"Control", "control", 1}};
  design.block_size = 6;
  design.sites = 4;
  return design;
}

TEST(RoundUp, ToWholeSharesBlocksAndGroups) {
  const Design design = two_to_one();
  const std::array<int, 2> groups{8, 0};
  EXPECT_EQ(round_up(100, design, groups, Rounding::none), 100U);
  EXPECT_EQ(round_up(100, design, groups, Rounding::allocation), 102U);
  EXPECT_EQ(round_up(100, design, groups, Rounding::blocks), 120U);
  // Two thirds of twelve are a group of eight: the multiple of twelve at each of four sites.
  EXPECT_EQ(round_up(100, design, groups, Rounding::groups), 144U);
  EXPECT_EQ(round_up(144, design, groups, Rounding::groups), 144U);
}

TEST(RoundUp, AnArmWithoutGroupsAsksForNone) {
  const std::array<int, 2> groups{0, 0};
  EXPECT_EQ(round_up(100, two_to_one(), groups, Rounding::groups), 120U);
  EXPECT_EQ(participants_at_once(two_to_one(), groups, Rounding::groups), 24U);
}

TEST(PossibleValues, AreTheNearestOrTheFirstFromANumberOn) {
  const PossibleValues whole{4.0, 100.0, true};
  EXPECT_EQ(whole.nearest(7.4), 7.0);
  EXPECT_EQ(whole.from(7.1, 1.0), 8.0);
  EXPECT_EQ(whole.from(7.9, -1.0), 7.0);
  EXPECT_EQ(whole.from(7.0 + 1e-12, 1.0), 7.0);
  EXPECT_EQ(whole.from(200.0, 1.0), 100.0);
  const PossibleValues any{0.0, 1.0, false};
  EXPECT_EQ(any.from(0.3, 1.0), 0.3);
  EXPECT_EQ(any.nearest(-1.0), 0.0);
}

TEST(PossibleValues, MayHaveGaps) {
  const PossibleValues threes{3.0, 12.0, true, {3.0, 6.0, 9.0, 12.0}};
  EXPECT_EQ(threes.nearest(7.4), 6.0);
  EXPECT_EQ(threes.nearest(50.0), 12.0);
  EXPECT_EQ(threes.from(6.2, 1.0), 9.0);
  EXPECT_EQ(threes.from(8.9, -1.0), 6.0);
  EXPECT_EQ(threes.from(1.0, -1.0), 3.0);
  EXPECT_EQ(threes.from(13.0, 1.0), 12.0);
  EXPECT_EQ(threes.next(6.0, 1.0), 9.0);
  EXPECT_EQ(threes.next(6.0, -1.0), 3.0);
  EXPECT_EQ(threes.next(12.0, 1.0), 12.0);
}

}  // namespace
}  // namespace equipoise
