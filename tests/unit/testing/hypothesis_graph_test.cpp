#include "engine/testing/hypothesis_graph.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(HypothesisGraph, HandsSharesOnAndJoinsItsWays) {
  // Two doses, each with a second endpoint.
  HypothesisGraph graph(std::vector{0.5, 0.5, 0.0, 0.0}, std::vector{0.0, 0.5, 0.5, 0.0, 0.5, 0.0, 0.0, 0.5,
                                                                     0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0});
  graph.reject(0);
  EXPECT_DOUBLE_EQ(graph.weights()[0], 0.0);
  EXPECT_DOUBLE_EQ(graph.weights()[1], 0.75);
  EXPECT_DOUBLE_EQ(graph.weights()[2], 0.25);
  // From 2 to 3: (0 + 0.5 x 0.5) / (1 - 0.5 x 0.5) and so on.
  EXPECT_DOUBLE_EQ(graph.transition(1, 2), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(graph.transition(1, 3), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(graph.transition(3, 1), 0.5);
  EXPECT_DOUBLE_EQ(graph.transition(3, 2), 0.5);
  EXPECT_DOUBLE_EQ(graph.transition(0, 1), 0.0);
}

TEST(HypothesisGraph, TwoThatHandEachOtherEverythingEndThere) {
  HypothesisGraph graph(std::vector{0.5, 0.5}, std::vector{0.0, 1.0, 1.0, 0.0});
  graph.reject(1);
  EXPECT_DOUBLE_EQ(graph.weights()[0], 1.0);
  EXPECT_DOUBLE_EQ(graph.transition(0, 0), 0.0);
  graph.reject(0);
  EXPECT_DOUBLE_EQ(graph.weights()[0], 0.0);
}

TEST(HypothesisGraph, TheOrderOfRejectionDoesNotMatter) {
  const HypothesisGraph start(
      std::vector{0.4, 0.3, 0.2, 0.1},
      std::vector{0.0, 0.2, 0.3, 0.5, 0.6, 0.0, 0.4, 0.0, 0.1, 0.1, 0.0, 0.8, 0.3, 0.3, 0.3, 0.0});
  HypothesisGraph a;
  HypothesisGraph b;
  a.become(start);
  b.become(start);
  a.reject(0);
  a.reject(2);
  b.reject(2);
  b.reject(0);
  for (const std::size_t h : {1U, 3U}) EXPECT_NEAR(a.weights()[h], b.weights()[h], 1e-15);
  EXPECT_NEAR(a.transition(1, 3), b.transition(1, 3), 1e-15);
}

}  // namespace
}  // namespace equipoise
