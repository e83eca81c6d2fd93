// Every case of cases.csv, whose indices R found from the answers in rows.csv (reference.R), is found again.

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/study/sobol_indices.hpp"

namespace equipoise {
namespace {

/// The numbers of a file of comma-separated values, without its header.
std::vector<std::vector<double>> numbers_in(const std::string& name) {
  std::ifstream file(std::string(EQUIPOISE_SOURCE_DIR) + "/tests/reference/study/" + name);
  std::vector<std::vector<double>> lines;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::stringstream fields(line);
    std::vector<double>& numbers = lines.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) numbers.push_back(std::stod(field));
  }
  return lines;
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
