#include "engine/cohort/recruitment.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

People recruited(std::size_t participants, std::size_t sites, double rate, bool times_matter) {
  People people;
  people.resize(participants);
  Recruitment(sites, rate, times_matter)(Streams(3, 0), people);
  return people;
}

TEST(Recruitment, EnrolsOneAfterTheOtherAtTheRate) {
  constexpr std::size_t participants = 20'000;
  constexpr double rate = 25.0;
  const People people = recruited(participants, 1, rate, true);
  for (std::size_t i = 1; i < participants; ++i) EXPECT_GT(people.enrolled[i], people.enrolled[i - 1]);
  // The last arrival is a sum of exponential gaps: mean n / rate, SD sqrt(n) / rate.
  const double n = participants;
  EXPECT_NEAR(people.enrolled.back(), n / rate, checks::standard_errors_allowed() * std::sqrt(n) / rate);
}

TEST(Recruitment, GivesEverySiteItsEqualShare) {
  constexpr double participants = 20'000;
  const People people = recruited(20'000, 5, 1.0, true);
  std::vector<double> counts(5);
  for (const std::uint16_t site : people.site) counts.at(site) += 1.0;
  for (const double count : counts) {
    EXPECT_NEAR(count / participants, 0.2, checks::proportion_tolerance(0.2, participants));
  }
}

TEST(Recruitment, LeavesTimesAloneThatNobodyAsksFor) {
  for (const double enrolled : recruited(50, 3, 1.0, false).enrolled) EXPECT_EQ(enrolled, 0.0);
}

TEST(Recruitment, TimesDoNotMoveTheSites) {
  EXPECT_EQ(recruited(200, 3, 1.0, false).site, recruited(200, 3, 9.0, true).site);
}

}  // namespace
}  // namespace equipoise
