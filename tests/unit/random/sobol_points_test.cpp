#include "engine/random/sobol_points.hpp"

#include <array>
#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

std::vector<std::vector<double>> points(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  SobolPoints sequence(dimensions, seed);
  std::vector<std::vector<double>> all(count, std::vector<double>(dimensions));
  for (std::vector<double>& point : all) sequence.next(point);
  return all;
}

TEST(SobolPoints, EveryCoordinateFillsEveryIntervalOnce) {
  constexpr std::size_t count = 256;
  const auto all = points(count, 12, 5);
  for (std::size_t d = 0; d < 12; ++d) {
    std::set<int> intervals;
    for (const auto& point : all) {
      EXPECT_GT(point[d], 0.0);
      EXPECT_LT(point[d], 1.0);
      intervals.insert(static_cast<int>(point[d] * count));
    }
    EXPECT_EQ(intervals.size(), count) << d;
  }
}

// The first two coordinates are a (0, 2)-sequence: every box of any shape with a 64th of the area has one of
// 64 points. Random points miss most of them.
TEST(SobolPoints, TwoCoordinatesFillEveryBoxOnce) {
  const auto all = points(64, 2, 6);
  for (int columns = 1; columns <= 64; columns *= 2) {
    const int rows = 64 / columns;
    std::set<std::pair<int, int>> boxes;
    for (const auto& point : all) {
      boxes.insert({static_cast<int>(point[0] * columns), static_cast<int>(point[1] * rows)});
    }
    EXPECT_EQ(boxes.size(), 64U) << columns;
  }
}

TEST(SobolPoints, FewerAreTheBeginningOfMoreAndTheSeedCounts) {
  const auto more = points(100, 4, 7);
  auto beginning = more;
  beginning.resize(30);
  EXPECT_EQ(points(30, 4, 7), beginning);
  EXPECT_NE(points(30, 4, 8), beginning);
}

}  // namespace
}  // namespace equipoise
