#include "models/condition_loader.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"
#include "models/file_condition.hpp"
#include "tests/support/own_condition.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

using checks::OwnCondition;

struct Loaded {
  std::unique_ptr<Condition> condition;
  Problems problems;
};

void load(const std::string& name, Loaded& loaded, const fs::path& scenario_folder = ".",
          const std::vector<std::string>& set = {}) {
  const std::vector<Override> overrides = checks::overrides_of(set, loaded.problems);
  const ConditionRequest request{name, {"scenario.toml", 3, 13}, scenario_folder, overrides, {}};
  loaded.condition = load_condition(request, loaded.problems);
}

TEST(ConditionLoader, ShipsThreeConditions) {
  EXPECT_EQ(condition_names(),
            (std::vector<std::string>{"chronic_low_back_pain", "opioid_treated_pain", "textbook"}));
}

TEST(ConditionLoader, EveryConditionThatShipsLoads) {
  for (const std::string& name : condition_names()) {
    Loaded loaded;
    load(name, loaded);
    EXPECT_TRUE(loaded.problems.empty()) << checks::text_of(loaded.problems);
    ASSERT_NE(loaded.condition, nullptr);
    EXPECT_EQ(loaded.condition->name(), name);
    EXPECT_FALSE(loaded.condition->endpoints().empty());
    EXPECT_FALSE(loaded.condition->therapies().empty());
    EXPECT_FALSE(loaded.condition->profiles().empty());
  }
}

TEST(ConditionLoader, EveryParameterThatShipsHasAUnitAStatusAndASource) {
  for (const std::string& name : condition_names()) {
    Problems problems;
    const Value root = read_toml(shipped_conditions() / name / "parameters.toml", problems);
    std::size_t parameters = 0;
    for (const std::string& path : leaf_paths(root)) {
      const Value* const leaf = find_path(root, path);
      ASSERT_NE(leaf, nullptr) << path;
      if (!is_parameter(*leaf)) continue;
      ++parameters;
      for (const char* const label : {"unit", "status", "source"}) {
        const Value* const text = leaf->find(label);
        ASSERT_NE(text, nullptr) << path << ' ' << label;
        EXPECT_FALSE(text->text().empty()) << path << ' ' << label;
      }
    }
    EXPECT_GT(parameters, 50U);
  }
}

TEST(ConditionLoader, HasTheEndpointsTherapiesAndProfilesOfItsTrials) {
  Loaded loaded;
  load("opioid_treated_pain", loaded);
  ASSERT_NE(loaded.condition, nullptr);
  EXPECT_EQ(loaded.condition->endpoints().size(), 10U);
  EXPECT_EQ(loaded.condition->therapies().size(), 5U);
  EXPECT_EQ(loaded.condition->profiles().size(), 2U);
  for (const std::string& therapy : loaded.condition->therapies()) {
    const Delivery delivery = loaded.condition->delivery(therapy);
    EXPECT_EQ(delivery.in_groups, therapy != "usual_care") << therapy;
    EXPECT_EQ(delivery.sessions, therapy != "usual_care" ? 8 : 0) << therapy;
  }
}

TEST(ConditionLoader, AConditionThatIsNotThereIsAProblemAtItsPlaceWithTheNearest) {
  Loaded loaded;
  load("opioid_treated_pian", loaded);
  EXPECT_EQ(loaded.condition, nullptr);
  ASSERT_EQ(loaded.problems.size(), 1U);
  const std::string text = to_text(loaded.problems.all()[0]);
  EXPECT_TRUE(text.starts_with("scenario.toml:3:13: ")) << text;
  EXPECT_NE(text.find("did you mean 'opioid_treated_pain'"), std::string::npos) << text;
}

TEST(ConditionLoader, AFolderWithoutParametersIsNoCondition) {
  const OwnCondition own;
  fs::remove(own.file());
  Loaded loaded;
  load(own.folder().string(), loaded);
  EXPECT_EQ(loaded.condition, nullptr);
  EXPECT_EQ(loaded.problems.size(), 1U);
}

TEST(ConditionLoader, LoadsAUsersOwnFolderByItsPath) {
  const OwnCondition own;
  own.replace("mean = { value = 50.0", "mean = { value = 61.0");
  Loaded absolute;
  load(own.folder().string(), absolute);
  ASSERT_NE(absolute.condition, nullptr) << checks::text_of(absolute.problems);
  Loaded relative;
  load("./" + own.folder().filename().string(), relative, own.folder().parent_path());
  ASSERT_NE(relative.condition, nullptr) << checks::text_of(relative.problems);
  const ModelRequest request{"standard", {"score"}, {6.0}, {"control"}, {}};
  EXPECT_EQ(relative.condition->outcome_model(request)->baseline_scale(EndpointId{0}).mean, 61.0);
}

/// Whether one of the problems is at this line of this file and says this.
bool says(const Problems& problems, const fs::path& file, int line, const std::string& what) {
  for (const Problem& problem : problems.all()) {
    if (problem.place.file == file.string() && problem.place.line == line &&
        to_text(problem).find(what) != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST(ConditionLoader, TellsEveryMistakeOfAFileAtOnceWithItsPlace) {
  const OwnCondition own;
  const int level = own.replace("level = { value = 0.5,", "level = { value = 1.5,");
  const int kind = own.replace("kind = \"state\"", "kind = \"stat\"");
  const int status = own.replace("serial_half_life = { value = 6.0, unit = \"months\", status = \"assumed\"",
                                 "serial_half_life = { value = 6.0, unit = \"months\", status = \"guessed\"");
  const int key = own.replace("in_groups = false", "in_group = false");
  const int type = own.replace("slope = { value = 0.0,", "slope = { value = \"none\",");
  Loaded loaded;
  load(own.folder().string(), loaded);
  EXPECT_EQ(loaded.condition, nullptr);
  const std::string all = checks::text_of(loaded.problems);
  EXPECT_TRUE(says(loaded.problems, own.file(), level, "level")) << all;
  EXPECT_TRUE(says(loaded.problems, own.file(), kind, "did you mean 'state'")) << all;
  EXPECT_TRUE(says(loaded.problems, own.file(), status, "guessed")) << all;
  EXPECT_TRUE(says(loaded.problems, own.file(), key, "did you mean 'in_groups'")) << all;
  EXPECT_TRUE(says(loaded.problems, own.file(), type, "slope")) << all;
}

TEST(ConditionLoader, TellsWhatNoSingleKeyCanSee) {
  const OwnCondition own;
  const int shape =
      own.replace("shape = { value = [0.25, 0.5, 0.75, 1.0]", "shape = { value = [0.25, 0.5, 0.75, 0.9]");
  const int effect = own.replace("[therapy.control.effect]\noutcome", "[therapy.control.effect]\noutcomes");
  own.replace("level = { value = 0.5,", "level = { value = 0.8,");
  const int endpoint = own.replace("endpoint = \"outcome\"", "endpoint = \"outcom\"");
  own.replace("group = { value = 0.0", "group = { value = 0.6");
  own.replace("therapist = { value = 0.0", "therapist = { value = 0.5");
  Loaded loaded;
  load(own.folder().string(), loaded);
  EXPECT_EQ(loaded.condition, nullptr);
  const std::string all = checks::text_of(loaded.problems);
  EXPECT_TRUE(says(loaded.problems, own.file(), shape, "rise to 1")) << all;
  EXPECT_TRUE(says(loaded.problems, own.file(), effect + 1, "did you mean 'outcome'")) << all;
  EXPECT_TRUE(says(loaded.problems, own.file(), endpoint, "did you mean 'outcome'")) << all;
  EXPECT_NE(all.find("level and serial"), std::string::npos) << all;
  EXPECT_NE(all.find("group and therapist"), std::string::npos) << all;
}

TEST(ConditionLoader, RefusesCorrelationsThatCannotHoldTogether) {
  const OwnCondition own;
  own.replace("response = { value = 0.0, unit = \"correlation\"",
              "response = { value = 0.9, unit = \"correlation\"");
  own.replace("score = { value = 0.0, unit = \"correlation\"",
              "score = { value = 0.9, unit = \"correlation\"");
  own.replace("[correlation.response]\nscore = { value = 0.0",
              "[correlation.response]\nscore = { value = -0.9");
  Loaded loaded;
  load(own.folder().string(), loaded);
  EXPECT_EQ(loaded.condition, nullptr);
  EXPECT_NE(checks::text_of(loaded.problems).find("cannot hold together"), std::string::npos);
}

TEST(ConditionLoader, ATextThatIsNoTomlIsAProblemAtItsLine) {
  const OwnCondition own;
  const int line = own.replace("name = \"textbook\"", "name = = \"textbook\"");
  Loaded loaded;
  load(own.folder().string(), loaded);
  EXPECT_EQ(loaded.condition, nullptr);
  EXPECT_TRUE(says(loaded.problems, own.file(), line, "")) << checks::text_of(loaded.problems);
}

TEST(ConditionLoader, OverridesReachTheParametersAndTheirText) {
  Loaded loaded;
  load("textbook", loaded, ".", {"profile.standard.baseline.score.mean=44", "therapy.treatment.sessions=5"});
  ASSERT_NE(loaded.condition, nullptr) << checks::text_of(loaded.problems);
  const ModelRequest request{"standard", {"score"}, {6.0}, {"control"}, {}};
  EXPECT_EQ(loaded.condition->outcome_model(request)->baseline_scale(EndpointId{0}).mean, 44.0);
  EXPECT_EQ(loaded.condition->delivery("treatment").sessions, 5);
  Problems problems;
  const Value as_it_ran = parse_toml(loaded.condition->parameters_text(), "as it ran", problems);
  const Value* const mean = find_path(as_it_ran, "profile.standard.baseline.score.mean");
  ASSERT_NE(mean, nullptr);
  EXPECT_EQ(mean->find("value")->number(), 44.0);
  EXPECT_EQ(mean->find("status")->text(), "scenario");
  for (const std::string& assumed : loaded.condition->assumed()) {
    EXPECT_NE(assumed, "profile.standard.baseline.score.mean");
  }
}

TEST(ConditionLoader, AnOverrideOfNothingIsAProblemWithTheNearest) {
  Loaded loaded;
  load("textbook", loaded, ".", {"therapy.treatment.sesions=5"});
  EXPECT_EQ(loaded.condition, nullptr);
  const std::string all = checks::text_of(loaded.problems);
  EXPECT_NE(all.find("therapy.treatment.sessions"), std::string::npos) << all;
}

TEST(ConditionLoader, AnOverrideOutOfRangeIsAProblem) {
  Loaded loaded;
  load("textbook", loaded, ".", {"therapy.treatment.never_attend=1.5"});
  EXPECT_EQ(loaded.condition, nullptr);
  EXPECT_FALSE(loaded.problems.empty());
}

TEST(ConditionLoader, AScenarioMayChangeTheClustersShares) {
  Loaded loaded;
  load("opioid_treated_pain", loaded);
  const auto* const condition = dynamic_cast<const FileCondition*>(loaded.condition.get());
  ASSERT_NE(condition, nullptr);
  ModelRequest request{"low_back", {"pain_severity"}, {6.0}, {"cbt"}, {}};
  const ClusterVariances as_file = condition->trajectory_parameters(request).clusters;
  request.clusters.group = 0.11;
  const ClusterVariances changed = condition->trajectory_parameters(request).clusters;
  EXPECT_EQ(changed.group, 0.11);
  EXPECT_EQ(changed.therapist, as_file.therapist);
  EXPECT_EQ(changed.site, as_file.site);
}

}  // namespace
}  // namespace equipoise
