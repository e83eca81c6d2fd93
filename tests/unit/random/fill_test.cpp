#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

constexpr double untouched = std::numeric_limits<double>::infinity();

struct Shape {
  std::size_t units;
  std::size_t per_unit;
  std::size_t spare;  // how much longer a column's stride is than the units
};

/// Batches of one unit, full and broken ones, units longer than what is drawn ahead.
const std::vector<Shape> shapes{{0, 5, 0},   {5, 0, 0},   {1, 1, 0},   {1, 5, 3},    {3, 4, 0},
                                {400, 4, 0}, {400, 5, 7}, {257, 1, 0}, {1000, 3, 1}, {33, 45, 0},
                                {70, 63, 2}, {70, 64, 0}, {70, 65, 0}, {17, 200, 5}, {3, 2000, 0}};

template <class Fill>
std::vector<double> filled(const Fill& fill, const Streams& streams, Purpose purpose,
                           std::uint64_t first_unit, std::uint32_t sub, const Shape& shape) {
  const std::size_t stride = shape.units + shape.spare;
  std::vector<double> out(stride * shape.per_unit, untouched);
  fill(streams, purpose, first_unit, shape.units, shape.per_unit, sub, out.data(), stride);
  return out;
}

template <class Law>
std::vector<double> one_by_one(const Law& law, const Streams& streams, Purpose purpose,
                               std::uint64_t first_unit, std::uint32_t sub, const Shape& shape) {
  const std::size_t stride = shape.units + shape.spare;
  std::vector<double> out(stride * shape.per_unit, untouched);
  for (std::size_t i = 0; i < shape.units; ++i) {
    Stream stream = streams.at(purpose, first_unit + i, sub);
    for (std::size_t k = 0; k < shape.per_unit; ++k) out[k * stride + i] = law(stream);
  }
  return out;
}

TEST(FillNormal, GivesTheNumbersDrawnOneByOne) {
  for (const Shape& shape : shapes) {
    for (std::uint64_t replicate = 0; replicate < 20; ++replicate) {
      const Streams streams(7, replicate);
      ASSERT_EQ(filled(fill_normal, streams, Purpose::course, 3, 9, shape),
                one_by_one(Normal(), streams, Purpose::course, 3, 9, shape));
    }
  }
}

TEST(FillNormal, GivesTheSameInTheTailAndInEveryLayer) {
  // Two million numbers: hundreds of them from beyond the ziggurat's last edge at 3.44.
  const Shape shape{400, 5, 0};
  for (std::uint64_t replicate = 0; replicate < 1000; ++replicate) {
    const Streams streams(8, replicate);
    ASSERT_EQ(filled(fill_normal, streams, Purpose::test, 0, 0, shape),
              one_by_one(Normal(), streams, Purpose::test, 0, 0, shape));
  }
}

TEST(FillUniform, GivesTheNumbersDrawnOneByOne) {
  for (const Shape& shape : shapes) {
    const Streams streams(7, 1);
    ASSERT_EQ(filled(fill_uniform, streams, Purpose::dropout, 3, 9, shape),
              one_by_one(Uniform(), streams, Purpose::dropout, 3, 9, shape));
  }
}

TEST(FillNormal, MoreUnitsOrNumbersLeaveTheOthers) {
  const Streams streams(7, 1);
  const Shape small{50, 5, 150};  // the stride of the large one
  const Shape large{200, 12, 0};
  const auto few = filled(fill_normal, streams, Purpose::course, 0, 0, small);
  const auto many = filled(fill_normal, streams, Purpose::course, 0, 0, large);
  for (std::size_t k = 0; k < small.per_unit; ++k) {
    for (std::size_t i = 0; i < small.units; ++i) EXPECT_EQ(few[k * 200 + i], many[k * 200 + i]);
  }
}

TEST(FillNormal, StartsAtAnyUnit) {
  const Streams streams(7, 1);
  const auto all = filled(fill_normal, streams, Purpose::course, 0, 0, {100, 1, 0});
  const auto later = filled(fill_normal, streams, Purpose::course, 60, 0, {40, 1, 0});
  EXPECT_EQ(std::vector<double>(all.begin() + 60, all.end()), later);
}

}  // namespace
}  // namespace equipoise
