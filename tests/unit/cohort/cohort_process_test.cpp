#include "engine/cohort/cohort_process.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/moments.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

Delivery group_therapy() {
  Delivery delivery;
  delivery.in_groups = true;
  delivery.sessions = 8;
  delivery.never_attend = 0.11;
  delivery.attendance_mean = 0.7;
  delivery.attendance_rho = 0.3;
  delivery.half_dose = 4.0;
  delivery.practice_asked = 180.0;
  delivery.practice_mean = 120.0;
  delivery.practice_sd = 80.0;
  return delivery;
}

Design design_of(std::size_t participants, std::size_t arms) {
  Design design;
  design.participants = participants;
  design.sites = 3;
  design.block_size = 2 * arms;
  design.arms.assign(arms, {"arm", "therapy", 1});
  return design;
}

People cohort(std::size_t participants, std::vector<Delivery> deliveries, std::uint64_t replicate = 0) {
  const CohortProcess process(design_of(participants, deliveries.size()),
                              {deliveries, GroupRules{}, VisitClock::randomization, 60.0});
  CohortProcess::Scratch scratch;
  People people;
  process(Streams(5, replicate), scratch, people);
  return people;
}

TEST(CohortProcess, SessionsFollowTheArmsDelivery) {
  constexpr std::size_t participants = 20'000;
  const People people = cohort(participants, {group_therapy(), Delivery{}});
  const Attendance attendance(group_therapy());
  std::vector<double> counts(9);
  double treated = 0.0;
  for (std::size_t i = 0; i < participants; ++i) {
    if (people.arm[i] == 1) {
      EXPECT_EQ(people.sessions[i], 0.0);
      EXPECT_EQ(people.response[i], 1.0);
      continue;
    }
    treated += 1.0;
    counts.at(static_cast<std::size_t>(people.sessions[i])) += 1.0;
    EXPECT_EQ(people.response[i], dose_response(group_therapy(), people.sessions[i]));
  }
  for (std::size_t s = 0; s <= 8; ++s) {
    const double p = attendance.probabilities()[s];
    EXPECT_GT(checks::binomial_p(counts[s], treated, p), checks::one_in_a_million) << s;
  }
}

TEST(CohortProcess, PracticeIsForThoseWhoAttendAndAreAskedTo) {
  const People people = cohort(20'000, {group_therapy(), Delivery{}});
  Moments practice;
  for (std::size_t i = 0; i < people.count(); ++i) {
    const bool asked = people.arm[i] == 0 && people.sessions[i] > 0.0;
    EXPECT_EQ(people.practice[i] > 0.0, asked);
    if (asked) practice.add(people.practice[i]);
  }
  EXPECT_NEAR(practice.mean(), 120.0 / 180.0, checks::standard_errors_allowed() * practice.standard_error());
}

// Wall 4: whatever is added, nobody else's numbers move. Waits are not compared: they depend on who fills the
// group.

TEST(CohortProcess, MoreParticipantsMoveNobody) {
  for (std::uint64_t replicate = 0; replicate < 3; ++replicate) {
    const People few = cohort(101, {group_therapy(), group_therapy(), Delivery{}}, replicate);
    const People many = cohort(257, {group_therapy(), group_therapy(), Delivery{}}, replicate);
    for (std::size_t i = 0; i < few.count(); ++i) {
      EXPECT_EQ(few.enrolled[i], many.enrolled[i]);
      EXPECT_EQ(few.site[i], many.site[i]);
      EXPECT_EQ(few.arm[i], many.arm[i]);
      EXPECT_EQ(few.group[i], many.group[i]);
      EXPECT_EQ(few.sessions[i], many.sessions[i]);
      EXPECT_EQ(few.practice[i], many.practice[i]);
    }
    for (std::size_t g = 0; g < few.groups.size(); ++g) {
      EXPECT_EQ(few.groups[g].address, many.groups[g].address);
      EXPECT_EQ(few.groups[g].therapist_address, many.groups[g].therapist_address);
    }
  }
}

TEST(CohortProcess, AnotherArmMovesNobodysOwnNumbers) {
  const People two = cohort(200, {group_therapy(), group_therapy()});
  const People three = cohort(200, {group_therapy(), group_therapy(), group_therapy()});
  EXPECT_NE(two.arm, three.arm);
  EXPECT_EQ(two.enrolled, three.enrolled);
  EXPECT_EQ(two.site, three.site);
  EXPECT_EQ(two.sessions, three.sessions);
  EXPECT_EQ(two.practice, three.practice);
}

TEST(CohortProcess, AnotherDeliveryInOneArmMovesNoOtherArm) {
  Delivery other = group_therapy();
  other.attendance_mean = 1.0;
  other.never_attend = 0.0;
  other.in_groups = false;
  const People before = cohort(200, {group_therapy(), group_therapy()});
  const People after = cohort(200, {group_therapy(), other});
  EXPECT_EQ(before.arm, after.arm);
  for (std::size_t i = 0; i < before.count(); ++i) {
    if (before.arm[i] != 0) continue;
    EXPECT_EQ(before.sessions[i], after.sessions[i]);
    EXPECT_EQ(before.practice[i], after.practice[i]);
    EXPECT_EQ(before.wait[i], after.wait[i]);
    EXPECT_EQ(before.groups[static_cast<std::size_t>(before.group[i])].address,
              after.groups[static_cast<std::size_t>(after.group[i])].address);
  }
}

TEST(CohortProcess, DoesNotDependOnWhatTheScratchWasUsedForBefore) {
  const CohortProcess process(design_of(150, 2), {{group_therapy(), Delivery{}}, GroupRules{}, {}, 60.0});
  CohortProcess::Scratch used;
  People again;
  for (std::uint64_t replicate = 0; replicate < 4; ++replicate) process(Streams(5, replicate), used, again);
  CohortProcess::Scratch fresh;
  People once;
  process(Streams(5, 3), fresh, once);
  EXPECT_EQ(once.arm, again.arm);
  EXPECT_EQ(once.group, again.group);
  EXPECT_EQ(once.wait, again.wait);
  EXPECT_EQ(once.sessions, again.sessions);
  EXPECT_EQ(once.practice, again.practice);
}

}  // namespace
}  // namespace equipoise
