// Every row of cases.csv, adjusted by R's p.adjust (reference.R), is adjusted again.

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/testing/multiplicity.hpp"

namespace equipoise {
namespace {

std::vector<double> numbers(const std::string& text) {
  std::vector<double> all;
  std::stringstream stream(text);
  for (double one = 0.0; stream >> one;) all.push_back(one);
  return all;
}

TEST(MultiplicityReference, AgreesWithR) {
  std::ifstream file(std::string(EQUIPOISE_SOURCE_DIR) + "/tests/reference/testing/cases.csv");
  std::string method;
  std::getline(file, method);  // the header
  int rows = 0;
  for (std::string p, adjusted;
       std::getline(file, method, ',') && std::getline(file, p, ',') && std::getline(file, adjusted);
       ++rows) {
    const std::vector<double> raw = numbers(p);
    const std::vector<double> expected = numbers(adjusted);
    std::vector<double> ours(raw.size());
    adjust_p_values(*value_of<MultiplicityMethod>(method), raw, ours);
    ASSERT_EQ(expected.size(), raw.size());
    // One multiplication: the last place at most.
    for (std::size_t i = 0; i < raw.size(); ++i)
      EXPECT_DOUBLE_EQ(ours[i], expected[i]) << method << " of " << p;
  }
  EXPECT_EQ(rows, 27);
}

}  // namespace
}  // namespace equipoise
