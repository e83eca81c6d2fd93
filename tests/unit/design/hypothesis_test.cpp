#include "engine/design/hypothesis.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

constexpr Direction lower = Direction::lower_better;
constexpr Direction higher = Direction::higher_better;

TEST(Transform, NoneLeavesTheValueAlone) {
  EXPECT_EQ(transformed({}, lower, 4.0, 7.0), 4.0);
}

TEST(Transform, Log1pKeepsZeroAtZero) {
  const Transform log1p{Transform::Kind::log1p};
  EXPECT_EQ(transformed(log1p, lower, 0.0, 7.0), 0.0);
  EXPECT_DOUBLE_EQ(transformed(log1p, lower, std::exp(2.0) - 1.0, 7.0), 2.0);
}

TEST(Transform, ChangeIsFromTheOwnBaseline) {
  EXPECT_EQ(transformed({Transform::Kind::change}, lower, 4.0, 7.0), -3.0);
}

TEST(Transform, AResponderImprovesByTheFractionAtLeast) {
  const Transform half{Transform::Kind::responder, 0.5};
  EXPECT_EQ(transformed(half, lower, 4.0, 8.0), 1.0);
  EXPECT_EQ(transformed(half, lower, 4.25, 8.0), 0.0);
  EXPECT_EQ(transformed(half, lower, 12.0, 8.0), 0.0);
  EXPECT_EQ(transformed(half, higher, 12.0, 8.0), 1.0);
  EXPECT_EQ(transformed(half, higher, 4.0, 8.0), 0.0);
}

TEST(Transform, WhoStartsAtNothingAndStaysThereIsNoResponder) {
  const Transform half{Transform::Kind::responder, 0.5};
  EXPECT_EQ(transformed(half, lower, 0.0, 0.0), 0.0);
  EXPECT_EQ(transformed(half, higher, 1.0, 0.0), 1.0);
}

TEST(Transform, RespondingIsAlwaysBetter) {
  EXPECT_EQ(better_after({Transform::Kind::responder, 0.3}, lower), higher);
  EXPECT_EQ(better_after({Transform::Kind::change}, lower), lower);
  EXPECT_EQ(better_after({}, higher), higher);
}

TEST(Transform, IsBinaryForRespondersAndUntransformedStates) {
  EXPECT_TRUE(is_binary({Transform::Kind::responder, 0.3}, EndpointKind::score));
  EXPECT_TRUE(is_binary({}, EndpointKind::state));
  EXPECT_FALSE(is_binary({Transform::Kind::change}, EndpointKind::state));
  EXPECT_FALSE(is_binary({}, EndpointKind::amount));
}

TEST(Transform, ReadsAsScenariosWriteIt) {
  EXPECT_EQ(to_text(Transform{}), "none");
  EXPECT_EQ(to_text(Transform{Transform::Kind::log1p}), "log1p");
  EXPECT_EQ(to_text(Transform{Transform::Kind::change}), "change");
  EXPECT_EQ(to_text(Transform{Transform::Kind::responder, 0.3}), "responder(30%)");
}

}  // namespace
}  // namespace equipoise
