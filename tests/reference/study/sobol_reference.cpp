// Every case of cases.csv, whose indices R found from the answers in rows.csv (reference.R), is found again.

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/study/sobol_indices.hpp"
#include "tests/support/reference_csv.hpp"

namespace equipoise {
namespace {

/// Without the header.
std::vector<std::vector<double>> numbers_in(const std::string& name) {
  std::vector<std::vector<std::string>> lines = checks::reference_cells("study/" + name);
  lines.erase(lines.begin());
  std::vector<std::vector<double>> all;
  for (const std::vector<std::string>& line : lines) {
    std::vector<double>& numbers = all.emplace_back();
    for (const std::string& cell : line) numbers.push_back(std::stod(cell));
  }
  return all;
}

/// case, row, a, b, their noise and what they share; then answer and noise of each mixed point.
std::map<int, std::vector<SobolRow>> rows_by_case() {
  std::map<int, std::vector<SobolRow>> cases;
  for (const std::vector<double>& line : numbers_in("rows.csv")) {
    SobolRow row{line[2], line[3], line[4], line[5], line[6], {}};
    for (std::size_t at = 7; at + 2 < line.size(); at += 3) {
      row.mixed.push_back({line[at], line[at + 1], line[at + 2]});
    }
    cases[static_cast<int>(line[0])].push_back(row);
  }
  return cases;
}

TEST(SobolReference, AgreesWithR) {
  const auto cases = rows_by_case();
  const auto expected = numbers_in("cases.csv");
  ASSERT_EQ(expected.size(), 6U);
  for (const std::vector<double>& line : expected) {
    const SobolIndices indices = sobol_indices(cases.at(static_cast<int>(line[0])), 1);
    const SobolIndices::OfFactor& factor = indices.factors[static_cast<std::size_t>(line[1]) - 1];
    // Sums of forty numbers near one.
    constexpr double near = 1e-13;
    EXPECT_NEAR(indices.variance, line[2], near);
    EXPECT_NEAR(factor.first_order.value, line[3], near / line[2]);
    EXPECT_NEAR(factor.total.value, line[4], near / line[2]);
  }
}

}  // namespace
}  // namespace equipoise
