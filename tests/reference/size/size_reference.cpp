// Curves that R's glm (probit link) and lm (known variances) fit (reference.R) are fitted again.

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/study/response_curve.hpp"
#include "tests/support/reference_csv.hpp"

namespace equipoise {
namespace {

using Row = std::vector<std::string>;

/// Without the header.
std::vector<Row> rows_of(const std::string& name) {
  std::vector<Row> rows = checks::reference_cells("size/" + name);
  rows.erase(rows.begin());
  return rows;
}

std::map<std::string, std::vector<CurvePoint>> points() {
  std::map<std::string, std::vector<CurvePoint>> points;
  for (const Row& row : rows_of("curve_points.csv")) {
    const std::uint64_t trials = std::stoul(row[2]);
    points[row[0]].push_back({std::stod(row[1]), {trials, trials, std::stod(row[3]), std::stod(row[4])}});
  }
  return points;
}

TEST(CurveReference, AgreesWithR) {
  const auto all = points();
  int checked = 0;
  for (const Row& row : rows_of("curves.csv")) {
    const bool power = row[1] == "rejection";
    const auto curve = fit_curve(power ? ResponseKind::rejection : ResponseKind::half_width, all.at(row[0]),
                                 std::stoi(row[2]));
    ASSERT_TRUE(curve.has_value()) << row[0];
    const double at = std::stod(row[3]);
    // Both iterate to their own end; glm's standard error is that of the step before its last.
    EXPECT_NEAR(curve->predictor(at), std::stod(row[4]), 1e-8) << row[0];
    EXPECT_NEAR(curve->standard_error(at) / std::stod(row[5]), 1.0, 1e-6) << row[0];
    EXPECT_NEAR(curve->deviance(), std::stod(row[6]), 1e-7) << row[0];
    EXPECT_EQ(curve->df(), std::stoi(row[7]));
    ++checked;
  }
  EXPECT_EQ(checked, 16);
}

}  // namespace
}  // namespace equipoise
