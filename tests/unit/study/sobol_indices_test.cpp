#include "engine/study/sobol_indices.hpp"

#include <cmath>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "engine/study/saltelli_points.hpp"

namespace equipoise {
namespace {

using Model = std::function<double(const std::vector<double>&)>;

std::vector<double> point(const SaltelliPoints& points, std::size_t row, std::size_t at) {
  std::vector<double> coordinates;
  for (std::size_t f = 0; f < points.factors(); ++f) coordinates.push_back(points.at(row, at, f));
  return coordinates;
}

std::vector<SobolRow> answers(const SaltelliPoints& points, const Model& model) {
  std::vector<SobolRow> rows;
  for (std::size_t row = 0; row < points.rows(); ++row) {
    SobolRow& one = rows.emplace_back();
    one.a = model(point(points, row, 0));
    one.b = model(point(points, row, 1));
    for (std::size_t f = 0; f < points.factors(); ++f) {
      one.mixed.push_back({model(point(points, row, f + 2)), 0.0, 0.0});
    }
  }
  return rows;
}

SobolIndices indices_of(const Model& model, std::size_t factors, std::size_t rows) {
  return sobol_indices(answers(SaltelliPoints(rows, factors, 1), model), 1);
}

TEST(SaltelliPoints, AMixedPointTakesOneCoordinateFromB) {
  const SaltelliPoints points(8, 3, 1);
  for (std::size_t row = 0; row < 8; ++row) {
    for (std::size_t mixed = 0; mixed < 3; ++mixed) {
      for (std::size_t f = 0; f < 3; ++f) {
        EXPECT_EQ(points.at(row, mixed + 2, f), points.at(row, f == mixed ? 1 : 0, f));
      }
    }
    EXPECT_NE(points.at(row, 0, 0), points.at(row, 1, 0));
  }
}

// Ishigami and Homma (1990): sin x + 7 sin^2 y + 0.1 z^4 sin x on [-pi, pi]^3.
TEST(SobolIndices, OfIshigamisFunctionAreTheClosedForms) {
  constexpr double pi = std::numbers::pi;
  const auto ishigami = [](const std::vector<double>& u) {
    const double x = pi * (2.0 * u[0] - 1.0);
    const double y = pi * (2.0 * u[1] - 1.0);
    const double z = pi * (2.0 * u[2] - 1.0);
    return std::sin(x) + 7.0 * std::sin(y) * std::sin(y) + 0.1 * std::pow(z, 4.0) * std::sin(x);
  };
  const double b = 0.1;
  const double variance_x = 0.5 * std::pow(1.0 + b * std::pow(pi, 4.0) / 5.0, 2.0);
  const double variance_y = 49.0 / 8.0;
  const double variance_xz = 8.0 * b * b * std::pow(pi, 8.0) / 225.0;
  const double variance = variance_x + variance_y + variance_xz;
  const SobolIndices indices = indices_of(ishigami, 3, 4'096);
  // Sobol's sequence with so many rows is far nearer than this.
  constexpr double near = 0.005;
  EXPECT_NEAR(indices.variance, variance, near * variance);
  EXPECT_NEAR(indices.factors[0].first_order.value, variance_x / variance, near);
  EXPECT_NEAR(indices.factors[1].first_order.value, variance_y / variance, near);
  EXPECT_NEAR(indices.factors[2].first_order.value, 0.0, near);
  EXPECT_NEAR(indices.factors[0].total.value, (variance_x + variance_xz) / variance, near);
  EXPECT_NEAR(indices.factors[1].total.value, variance_y / variance, near);
  EXPECT_NEAR(indices.factors[2].total.value, variance_xz / variance, near);
  // A program that took the one for the other would be far off.
  EXPECT_GT(indices.factors[2].total.value - indices.factors[2].first_order.value, 0.2);
}

TEST(SobolIndices, OfALinearFunctionAreTheSquaredSlopes) {
  const SobolIndices indices = indices_of(
      [](const std::vector<double>& u) { return 5.0 + 1.0 * u[0] + 2.0 * u[1] + 0.0 * u[2]; }, 3, 4'096);
  EXPECT_NEAR(indices.variance, 5.0 / 12.0, 1e-3);
  EXPECT_NEAR(indices.mean.value, 6.5, 1e-3);
  for (const auto& [factor, share] : {std::pair{0, 0.2}, std::pair{1, 0.8}, std::pair{2, 0.0}}) {
    const SobolIndices::OfFactor& of = indices.factors[static_cast<std::size_t>(factor)];
    EXPECT_NEAR(of.first_order.value, share, 2e-3);
    EXPECT_NEAR(of.total.value, share, 2e-3);
    EXPECT_LE(of.first_order.low, of.first_order.value);
    EXPECT_GE(of.first_order.high, of.first_order.value);
  }
}

// Saltelli and Sobol's g-function: the product of (|4 u - 2| + a) / (1 + a).
TEST(SobolIndices, OfTheGFunctionAreTheClosedForms) {
  const std::vector<double> a{0.0, 1.0, 9.0};
  const auto g = [&](const std::vector<double>& u) {
    double product = 1.0;
    for (std::size_t f = 0; f < a.size(); ++f) product *= (std::abs(4.0 * u[f] - 2.0) + a[f]) / (1.0 + a[f]);
    return product;
  };
  std::vector<double> own;
  double all = 1.0;
  for (const double one : a) {
    own.push_back(1.0 / 3.0 / ((1.0 + one) * (1.0 + one)));
    all *= 1.0 + own.back();
  }
  const double variance = all - 1.0;
  const SobolIndices indices = indices_of(g, 3, 4'096);
  for (std::size_t f = 0; f < a.size(); ++f) {
    EXPECT_NEAR(indices.factors[f].first_order.value, own[f] / variance, 0.005);
    EXPECT_NEAR(indices.factors[f].total.value, own[f] * all / (1.0 + own[f]) / variance, 0.005);
  }
}

TEST(SobolIndices, OfSomethingThatDoesNotVaryAreNone) {
  const SobolIndices indices = indices_of([](const std::vector<double>&) { return 0.8; }, 2, 16);
  EXPECT_EQ(indices.variance, 0.0);
  EXPECT_TRUE(std::isnan(indices.factors[0].first_order.value));
  EXPECT_TRUE(std::isnan(indices.factors[1].total.high));
}

}  // namespace
}  // namespace equipoise
