#include "engine/design/trial_data.hpp"

#include <gtest/gtest.h>

#include "engine/design/design.hpp"

namespace equipoise {
namespace {

TEST(Columns, KeepEndpointsAndVisitsApart) {
  Columns columns;
  columns.resize(3, 2, 4);
  double next = 0.0;
  for (std::uint32_t endpoint = 0; endpoint < 2; ++endpoint) {
    for (std::uint32_t visit = 0; visit < 4; ++visit) {
      for (double& value : columns.at(EndpointId{endpoint}, VisitId{visit})) value = next++;
    }
  }
  EXPECT_EQ(columns.at(EndpointId{0}, VisitId{0})[2], 2.0);
  EXPECT_EQ(columns.at(EndpointId{0}, VisitId{3})[0], 9.0);
  EXPECT_EQ(columns.at(EndpointId{1}, VisitId{0})[0], 12.0);
  EXPECT_EQ(columns.at(EndpointId{1}, VisitId{3})[2], 23.0);
}

TEST(TrialData, KnowsWhoAttendedWhat) {
  TrialData data;
  data.resize(2, 1, 3);
  data.seen[0] = 0b101;
  data.seen[1] = 0b001;
  EXPECT_EQ(data.participants(), 2U);
  EXPECT_TRUE(data.attended(0, VisitId{2}));
  EXPECT_FALSE(data.attended(0, VisitId{1}));
  EXPECT_TRUE(data.attended(1, baseline_visit));
  EXPECT_FALSE(data.attended(1, VisitId{2}));
}

TEST(Design, CountsBaselineAsAVisit) {
  Design design;
  design.visits = {3.0, 12.0};
  design.arms = {{"A", "cbt", 2}, {"B", "usual_care", 1}};
  EXPECT_EQ(design.visit_count(), 3U);
  EXPECT_EQ(design.month(baseline_visit), 0.0);
  EXPECT_EQ(design.month(VisitId{2}), 12.0);
  EXPECT_EQ(design.allocation_total(), 3);
}

}  // namespace
}  // namespace equipoise
