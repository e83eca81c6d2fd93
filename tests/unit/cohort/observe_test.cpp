#include "engine/cohort/observe.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(Observe, ShowsTheTruthWhereItWasSeenAndNothingElsewhere) {
  constexpr std::size_t participants = 16;
  People people;
  people.resize(participants);
  Columns truth;
  truth.resize(participants, 2, 4);
  TrialData data;
  data.resize(participants, 2, 4);
  for (std::size_t i = 0; i < participants; ++i) {
    people.arm[i] = static_cast<std::uint8_t>(i % 3);
    people.site[i] = static_cast<std::uint16_t>(i % 5);
    people.group[i] = static_cast<std::int32_t>(i) - 4;
    data.seen[i] = static_cast<std::uint32_t>(i);  // every pattern there is
    for (std::size_t e = 0; e < 2; ++e) {
      for (std::size_t v = 0; v < 4; ++v) {
        truth.at(id_at<EndpointId>(e), id_at<VisitId>(v))[i] =
            static_cast<double>(100 * e + 10 * v) + 0.1 * static_cast<double>(i);
      }
    }
  }
  observe(people, truth, 2, data);
  EXPECT_EQ(data.arm, people.arm);
  EXPECT_TRUE(std::ranges::equal(data.site, people.site));
  EXPECT_EQ(data.group, people.group);
  for (std::size_t i = 0; i < participants; ++i) {
    EXPECT_EQ(data.seen[i], i);
    for (std::size_t e = 0; e < 2; ++e) {
      for (std::size_t v = 0; v < 4; ++v) {
        const double seen = data.values.at(id_at<EndpointId>(e), id_at<VisitId>(v))[i];
        if (((i >> v) & 1U) != 0) {
          EXPECT_EQ(seen, truth.at(id_at<EndpointId>(e), id_at<VisitId>(v))[i]);
        } else {
          EXPECT_TRUE(std::isnan(seen));
        }
      }
    }
  }
}

}  // namespace
}  // namespace equipoise
