#include "engine/cohort/group_formation.hpp"

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "engine/cohort/allocation.hpp"
#include "engine/cohort/recruitment.hpp"

namespace equipoise {
namespace {

constexpr GroupRules rules{.size = 3, .minimum = 2, .longest_wait = 1.5, .groups_per_therapist = 2};

/// People of one site and one arm, enrolled at these months.
People enrolled_at(const std::vector<double>& months) {
  People people;
  people.resize(months.size());
  people.enrolled = months;
  return people;
}

People in_groups(People people, const GroupRules& by = rules, VisitClock clock = VisitClock::randomization) {
  GroupFormation::Scratch scratch;
  GroupFormation(1, {true}, by, clock)(scratch, people);
  return people;
}

TEST(GroupFormation, AFullGroupStartsAtOnceAndTheNextPersonOpensAnother) {
  const People people = in_groups(enrolled_at({0.0, 0.1, 0.2, 0.3}));
  EXPECT_EQ(people.group, (std::vector<std::int32_t>{0, 0, 0, 1}));
  ASSERT_EQ(people.groups.size(), 2U);
  EXPECT_EQ(people.groups[0].members, 3U);
  EXPECT_EQ(people.groups[0].starts, 0.2);
  EXPECT_DOUBLE_EQ(people.wait[0], 0.2);
  EXPECT_EQ(people.wait[2], 0.0);
}

TEST(GroupFormation, AGroupWithTheMinimumStartsWhenTheFirstHasWaitedLongest) {
  const People people = in_groups(enrolled_at({0.0, 0.5, 2.0}));
  EXPECT_EQ(people.group, (std::vector<std::int32_t>{0, 0, 1}));
  EXPECT_EQ(people.groups[0].starts, 1.5);
  EXPECT_DOUBLE_EQ(people.wait[1], 1.0);
}

TEST(GroupFormation, WhoComesBeforeTheStartStillJoins) {
  const People people = in_groups(enrolled_at({0.0, 0.5, 1.4}));
  EXPECT_EQ(people.group, (std::vector<std::int32_t>{0, 0, 0}));
  EXPECT_EQ(people.groups[0].starts, 1.4);  // full, and so before the wait is over
}

TEST(GroupFormation, BelowTheMinimumAGroupWaitsOnAndThenStartsAtOnce) {
  const People people = in_groups(enrolled_at({0.0, 5.0, 5.1}));
  EXPECT_EQ(people.group, (std::vector<std::int32_t>{0, 0, 1}));
  EXPECT_EQ(people.groups[0].starts, 5.0);
  EXPECT_EQ(people.wait[0], 5.0);
}

TEST(GroupFormation, WhatIsLeftStartsAsItIsWhenEnrolmentEnds) {
  const People people = in_groups(enrolled_at({1.0}));
  ASSERT_EQ(people.groups.size(), 1U);
  EXPECT_EQ(people.groups[0].members, 1U);
  EXPECT_EQ(people.groups[0].starts, 1.0);
}

TEST(GroupFormation, WithVisitsCountedFromTherapyNobodyWaits) {
  const People people = in_groups(enrolled_at({0.0, 0.5, 2.0}), rules, VisitClock::therapy_start);
  for (const double wait : people.wait) EXPECT_EQ(wait, 0.0);
  EXPECT_EQ(people.groups.size(), 2U);
}

TEST(GroupFormation, ATherapistLeadsHisNumberOfGroups) {
  const People people = in_groups(enrolled_at({0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}));
  ASSERT_EQ(people.groups.size(), 4U);
  EXPECT_EQ(people.groups[0].therapist_address, people.groups[1].therapist_address);
  EXPECT_NE(people.groups[1].therapist_address, people.groups[2].therapist_address);
  EXPECT_EQ(people.groups[2].therapist_address, people.groups[3].therapist_address);
}

/// A whole trial: arms 0 and 1 meet in groups, arm 2 is usual care; four sites.
class WholeTrial : public testing::Test {
 protected:
  WholeTrial() {
    Design design;
    design.participants = 600;
    design.sites = 4;
    design.block_size = 6;
    design.arms.assign(3, {"arm", "therapy", 1});
    people_.resize(design.participants);
    const Streams streams(11, 4);
    Recruitment(4, 60.0, true)(streams, people_);
    Allocation::Scratch allocation;
    Allocation{design}(streams, allocation, people_);
    GroupFormation::Scratch scratch;
    const GroupRules by{.size = 8, .minimum = 3, .longest_wait = 1.5, .groups_per_therapist = 3};
    GroupFormation(4, {true, true, false}, by, VisitClock::randomization)(scratch, people_);
  }
  People people_;
};

TEST_F(WholeTrial, IsPartiallyNested) {
  for (std::size_t i = 0; i < people_.count(); ++i) {
    EXPECT_EQ(people_.group[i] < 0, people_.arm[i] == 2) << i;
    EXPECT_TRUE(people_.arm[i] != 2 || people_.wait[i] == 0.0);
  }
}

TEST_F(WholeTrial, GroupsHaveOneSiteAndArmAndNeverMoreThanTheirSize) {
  std::vector<std::uint32_t> members(people_.groups.size());
  for (std::size_t i = 0; i < people_.count(); ++i) {
    if (people_.group[i] < 0) continue;
    const auto g = static_cast<std::size_t>(people_.group[i]);
    ++members[g];
    EXPECT_EQ(people_.groups[g].site, people_.site[i]);
    EXPECT_EQ(people_.groups[g].arm, people_.arm[i]);
  }
  for (std::size_t g = 0; g < members.size(); ++g) {
    EXPECT_EQ(members[g], people_.groups[g].members);
    EXPECT_GE(members[g], 1U);
    EXPECT_LE(members[g], 8U);
  }
}

TEST_F(WholeTrial, GroupsFillInOrderWithinSiteAndArm) {
  std::map<std::pair<int, int>, std::int32_t> latest;
  for (std::size_t i = 0; i < people_.count(); ++i) {
    if (people_.group[i] < 0) continue;
    const auto [at, first] = latest.try_emplace({people_.site[i], people_.arm[i]}, people_.group[i]);
    EXPECT_TRUE(first || people_.group[i] >= at->second);
    at->second = people_.group[i];
  }
}

TEST_F(WholeTrial, NobodyWaitsLessThanNotAtAll) {
  double longest = 0.0;
  for (const double wait : people_.wait) {
    EXPECT_GE(wait, 0.0);
    longest = std::max(longest, wait);
  }
  EXPECT_GT(longest, 0.0);
}

TEST_F(WholeTrial, GroupsAndTherapistsHaveAddressesOfTheirOwn) {
  std::set<std::uint64_t> addresses;
  std::map<std::uint64_t, std::set<std::pair<int, int>>> places_of_therapist;
  std::map<std::uint64_t, int> groups_of_therapist;
  for (const TherapyGroup& group : people_.groups) {
    addresses.insert(group.address);
    places_of_therapist[group.therapist_address].insert({group.site, group.arm});
    ++groups_of_therapist[group.therapist_address];
  }
  EXPECT_EQ(addresses.size(), people_.groups.size());
  for (const auto& [therapist, places] : places_of_therapist) EXPECT_EQ(places.size(), 1U);
  for (const auto& [therapist, groups] : groups_of_therapist) EXPECT_LE(groups, 3);
}

}  // namespace
}  // namespace equipoise
