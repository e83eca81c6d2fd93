#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "engine/calibration/source_trials.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"
#include "models/condition_loader.hpp"
#include "tests/support/study_from.hpp"

/// What holds of every condition that ships, whichever there are: a new folder is covered by being there.

namespace equipoise {
namespace {

namespace fs = std::filesystem;

bool has_evidence(const fs::path& condition) {
  return fs::exists(condition / "evidence.toml");
}

std::vector<FreeParameter> free_parameters_of(const fs::path& condition) {
  Problems problems;
  const Value root = read_toml(condition / "parameters.toml", problems);
  EXPECT_TRUE(problems.empty()) << checks::text_of(problems);
  return free_parameters(root);
}

/// What is wrong with the calibration of a condition; empty where nothing is.
std::string calibration_problems(const fs::path& condition) {
  Problems problems;
  const auto source = read_calibration(condition, load_condition, problems);
  return source ? "" : checks::text_of(problems);
}

/// A copy of a condition that ships, trials and all, gone when the test is over.
class CopiedCondition {
 public:
  explicit CopiedCondition(const std::string& of) {
    std::string pattern = (fs::temp_directory_path() / "equipoise-shipped-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for a test's condition");
    folder_ = pattern;
    fs::copy(shipped_conditions() / of, folder_, fs::copy_options::recursive);
  }
  CopiedCondition(const CopiedCondition&) = delete;
  CopiedCondition& operator=(const CopiedCondition&) = delete;
  ~CopiedCondition() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  [[nodiscard]] const fs::path& folder() const { return folder_; }

  /// Puts a text in the place of the first that reads like that in a file of the folder.
  void replace(const std::string& file, const std::string& old_text, const std::string& new_text) const {
    std::ifstream in(folder_ / file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t at = text.find(old_text);
    ASSERT_NE(at, std::string::npos) << old_text;
    std::ofstream(folder_ / file) << text.replace(at, old_text.size(), new_text);
  }

 private:
  fs::path folder_;
};

TEST(ShippedConditions, CanBeCalibratedWhereTheyHavePriors) {
  std::size_t calibrated = 0;
  for (const std::string& name : condition_names()) {
    const fs::path folder = shipped_conditions() / name;
    EXPECT_EQ(has_evidence(folder), !free_parameters_of(folder).empty()) << name;
    if (!has_evidence(folder)) continue;
    ++calibrated;
    EXPECT_EQ(calibration_problems(folder), "") << name;
  }
  EXPECT_GE(calibrated, 2U);
}

TEST(ShippedConditions, HoldTheirFreeParametersWithinTheirPriors) {
  for (const std::string& name : condition_names()) {
    for (const FreeParameter& parameter : free_parameters_of(shipped_conditions() / name)) {
      EXPECT_TRUE(std::isfinite(parameter.prior.score_of(parameter.value))) << name << ' ' << parameter.path;
    }
  }
}

TEST(ShippedConditions, AimAtSomethingAndSimulateEveryTrialThatTheyShip) {
  for (const std::string& name : condition_names()) {
    const fs::path folder = shipped_conditions() / name;
    if (!has_evidence(folder)) continue;
    Problems problems;
    Value root = Value::make_table();
    const auto evidence = read_evidence(folder / "evidence.toml", root, problems);
    ASSERT_TRUE(evidence.has_value()) << checks::text_of(problems);
    std::set<fs::path> named;
    for (const auto& trial : evidence->trials.items) {
      if (!trial.value.scenario.empty()) named.insert(folder / trial.value.scenario);
    }
    for (const auto& entry : fs::directory_iterator(folder / "trials")) {
      EXPECT_TRUE(named.contains(entry.path())) << entry.path();
    }
    std::size_t aimed_at = 0;
    for (const Target& target : evidence->targets) {
      if (target.role == TargetRole::fit) ++aimed_at;
      EXPECT_NE(target.status, ParameterStatus::calibrated) << target.id;
      EXPECT_NE(target.status, ParameterStatus::scenario) << target.id;
      EXPECT_FALSE(target.citation.empty()) << target.id;
    }
    EXPECT_GE(aimed_at, free_parameters_of(folder).size()) << name;
  }
}

TEST(ShippedConditions, HavePosteriorsOfTheirFreeParameters) {
  for (const std::string& name : condition_names()) {
    const fs::path folder = shipped_conditions() / name;
    if (!fs::exists(folder / "posterior.toml")) continue;
    Problems problems;
    const Value posterior = read_toml(folder / "posterior.toml", problems);
    ASSERT_TRUE(problems.empty()) << checks::text_of(problems);
    const auto parameters = free_parameters_of(folder);
    ASSERT_EQ(posterior.items().size(), parameters.size()) << name;
    for (const FreeParameter& parameter : parameters) {
      const Value* const draws = posterior.find(parameter.path);
      ASSERT_NE(draws, nullptr) << parameter.path;
      EXPECT_EQ(draws->items().size(), posterior.items().front().items().size()) << parameter.path;
      for (const Value& draw : draws->items()) {
        EXPECT_TRUE(std::isfinite(parameter.prior.score_of(draw.number()))) << parameter.path;
      }
    }
  }
}

TEST(ShippedConditions, SayWhereTheyComeFrom) {
  for (const std::string& name : condition_names()) {
    EXPECT_TRUE(fs::exists(shipped_conditions() / name / "README.md")) << name;
  }
}

/// The walk above would see a broken condition: a copy that is whole has no problem, a broken one has, and it
/// is told.
TEST(ShippedConditions, BrokenOnesAreNoticed) {
  const CopiedCondition whole("chronic_low_back_pain");
  EXPECT_EQ(calibration_problems(whole.folder()), "");

  const CopiedCondition late("chronic_low_back_pain");
  late.replace("trials/map.toml", "visits    = [0.92, 1.84, 6, 12]", "visits    = [0.92, 1.84, 6, 11]");
  EXPECT_NE(calibration_problems(late.folder()).find("there is no visit at month 12"), std::string::npos);

  const CopiedCondition unknown("chronic_low_back_pain");
  unknown.replace("evidence.toml", "statistic = \"sd\"", "statistic = \"spread\"");
  EXPECT_NE(calibration_problems(unknown.folder()).find("spread"), std::string::npos);

  const CopiedCondition wide("chronic_low_back_pain");
  wide.replace("parameters.toml", "beta = [13.0, 7.0], within = [0.2, 0.75]", "normal = [0.6, 0.3]");
  EXPECT_NE(calibration_problems(wide.folder()).find("endpoint.bothersomeness.level.prior"),
            std::string::npos);
}

}  // namespace
}  // namespace equipoise
