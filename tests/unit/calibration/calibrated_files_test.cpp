#include "engine/calibration/calibrated_files.hpp"

#include <string>

#include <gtest/gtest.h>

#include "engine/scenario/schema/document.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

ParameterResult result(const std::string& path, double value, double learned) {
  ParameterResult one;
  one.parameter.path = path;
  one.value = value;
  one.learned = learned;
  return one;
}

TEST(CalibratedParameters, OnlyNumbersAndStatusWordsOfFreeParametersChange) {
  const std::string before =
      "# The first line.\n"
      "name = \"mine\"   # stays\n"
      "[pain]\n"
      "mean = { value = 6.1, unit = \"points\", status = \"reported\", source = \"status = 1, value = 2\", "
      "prior = "
      "{ normal = [6.0, 1.0] } }   # a comment, value = 3\n"
      "sd = { value = 1.6, unit = \"points\", status = \"reported\", source = \"Somebody\" }\n"
      "  whole = {value=-0.125,status='assumed',prior={ normal = [0.0, 1.0] }}\n"
      "\n"
      "later = { source = \"Zürich\", status = \"assumed\", prior = { normal = [0, 1] }, value = 0.5 }\n"
      "both = { a = { value = 1.0, status = \"assumed\" }, b = { value = 2.0, status = \"assumed\" } }\n"
      "[table]\n"
      "value = 3.5 # points\n"
      "status = \"derived\"\n";
  Calibration calibration;
  calibration.parameters = {result("pain.mean", 5.84213, 0.9),  result("pain.whole", 7.0, 0.05),
                            result("pain.later", 1.25e-7, 0.5), result("pain.both.a", 10.0, 0.5),
                            result("pain.both.b", -20.0, 0.5),  result("table", 123456.0, 0.5)};
  EXPECT_EQ(calibrated_parameters(before, calibration),
            "# The first line.\n"
            "name = \"mine\"   # stays\n"
            "[pain]\n"
            "mean = { value = 5.842, unit = \"points\", status = \"calibrated\", source = \"status = 1, "
            "value = 2\", prior "
            "= { normal = [6.0, 1.0] } }   # a comment, value = 3\n"
            "sd = { value = 1.6, unit = \"points\", status = \"reported\", source = \"Somebody\" }\n"
            "  whole = {value=7.0,status=\"assumed\",prior={ normal = [0.0, 1.0] }}\n"
            "\n"
            "later = { source = \"Zürich\", status = \"calibrated\", prior = { normal = [0, 1] }, value = "
            "1.25e-07 }\n"
            "both = { a = { value = 10.0, status = \"calibrated\" }, b = { value = -20.0, status = "
            "\"calibrated\" } }\n"
            "[table]\n"
            "value = 1.235e+05 # points\n"
            "status = \"calibrated\"\n");
}

TEST(PosteriorText, ParsesBackToTheDraws) {
  Calibration calibration;
  calibration.condition = "mine";
  calibration.options.seed = 7;
  calibration.parameters = {result("pain.mean", 6.0, 0.9), result("pain.sd", 1.0, 0.9)};
  calibration.draws = {{6.25, 5.0, 1e-9}, {1.0, -2.5, 1e7}};
  Problems problems;
  const Value root = parse_toml(posterior_text(calibration), "posterior.toml", problems);
  ASSERT_TRUE(problems.empty()) << checks::text_of(problems);
  ASSERT_EQ(root.items().size(), 2U);
  for (std::size_t j = 0; j < 2; ++j) {
    const Value* const list = root.find(calibration.parameters[j].parameter.path);
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->items().size(), 3U);
    for (std::size_t d = 0; d < 3; ++d) EXPECT_EQ(list->items()[d].number(), calibration.draws[j][d]);
  }
}

}  // namespace
}  // namespace equipoise
