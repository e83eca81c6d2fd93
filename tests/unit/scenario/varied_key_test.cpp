#include "engine/scenario/varied_key.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/scenario/check_size.hpp"
#include "engine/scenario/schema/document.hpp"
#include "tests/unit/scenario/fake_condition.hpp"

namespace equipoise {
namespace {

constexpr const char* trial = R"(
title = 'T'
condition = 'fake'
[cohort]
profile = 'usual'
participants = 60
sites = 2
[schedule]
visits = [3, 6]
[[arm]]
name = 'A'
therapy = 'grouped'
allocation = 2
[[arm]]
name = 'B'
therapy = 'nothing'
[groups]
size = 6
minimum = 3
icc = 0.05
[dropout]
last_seen = -0.5
[[hypothesis]]
name = 'H'
endpoint = 'pain'
visit = 6
compare = ['A', 'B']
analysis = { method = 'ancova' }
)";

const ConditionLoader load_fake = [](const ConditionRequest&, Problems&) {
  return std::make_unique<testing_support::FakeCondition>();
};

struct Read {
  ScenarioFile file;
  Problems problems;
};

/// The scenario with a [size] table.
Read read(const std::string& size) {
  Problems problems;
  Value tree = parse_toml(trial + std::string("[size]\n") + size, "trial.toml", problems);
  ScenarioFile file = scenario_from(std::move(tree), "trial.toml", {}, problems);
  return {std::move(file), problems};
}

std::string problems_of(const std::string& size) {
  Read scenario = read(size);
  (void)build(scenario.file, load_fake, scenario.problems);
  check_assured_size({scenario.file.scenario, scenario.file.tree, nullptr, scenario.problems});
  std::string all;
  for (const Problem& problem : scenario.problems.all()) all += to_text(problem) + "\n";
  return all;
}

PossibleValues range_of(const std::string& size) {
  Read scenario = read(size);
  const PossibleValues values =
      values_of(scenario.file, varied_key_of(scenario.file, load_fake), load_fake, scenario.problems);
  EXPECT_TRUE(scenario.problems.empty());
  return values;
}

TEST(VariedKey, IsWhatTheScenarioSaysOfIt) {
  const VariedKey participants = varied_key_of(read("").file, load_fake);
  EXPECT_TRUE(participants.is_participants());
  EXPECT_TRUE(participants.whole);
  EXPECT_EQ(participants.present, 60.0);
  EXPECT_EQ(participants.unit, "participants");
  const VariedKey icc = varied_key_of(read("vary = 'groups.icc'").file, load_fake);
  EXPECT_FALSE(icc.whole);
  EXPECT_EQ(icc.limits.high, 1.0);
  // Nobody wrote it: its default counts.
  EXPECT_EQ(varied_key_of(read("vary = 'testing.alpha'").file, load_fake).present, 0.05);
  EXPECT_EQ(varied_key_of(read("vary = 'arm.A.allocation'").file, load_fake).present, 2.0);
  EXPECT_EQ(varied_key_of(read("vary = 'x'").file, load_fake).present, 1.0);
}

TEST(VariedKey, AStudyHasItsValue) {
  const Read scenario = read("vary = 'cohort.participants'");
  Problems problems;
  const auto study =
      study_at(scenario.file, varied_key_of(scenario.file, load_fake), 90.0, load_fake, problems);
  ASSERT_TRUE(study.has_value());
  EXPECT_EQ(study->plan.design.participants, 90U);
  EXPECT_NE(study->provenance.scenario_text.find("participants = 90"), std::string::npos);
}

TEST(VariedKey, ARangeThatNobodyNamesIsWhatCanBeBuilt) {
  // Two sites of which each enrols three for arm A's smallest group, which has two thirds: nine in all.
  const PossibleValues participants = range_of("");
  EXPECT_EQ(participants.low, 9.0);
  EXPECT_EQ(participants.high, 960.0);
  EXPECT_TRUE(participants.whole);
  const PossibleValues icc = range_of("vary = 'groups.icc'");
  EXPECT_EQ(icc.low, 0.0);
  EXPECT_LE(icc.high, 0.9);  // participants keep a tenth of the variance
  EXPECT_GT(icc.high, 0.4);
  const PossibleValues size = range_of("vary = 'groups.size'");
  EXPECT_EQ(size.high, 24.0);
  EXPECT_GE(size.low, 3.0);  // the minimum
  const PossibleValues negative = range_of("vary = 'dropout.last_seen'");
  EXPECT_EQ(negative.low, -2.0);
  EXPECT_EQ(negative.high, -0.125);
  const PossibleValues named = range_of("vary = 'groups.icc'\nbetween = [0.01, 0.2]");
  EXPECT_EQ(named.low, 0.01);
  EXPECT_EQ(named.high, 0.2);
}

TEST(VariedKey, ARangeLeavesOutWhatCannotBeBuiltBetweenItsEnds) {
  // Two to one: a block holds whole threes.
  const PossibleValues blocks = range_of("vary = 'cohort.block_size'\nbetween = [3, 12]");
  EXPECT_EQ(blocks.only, (std::vector<double>{3.0, 6.0, 9.0, 12.0}));
  EXPECT_TRUE(range_of("vary = 'groups.size'\nbetween = [4, 8]").only.empty());
}

TEST(CheckSize, TellsEveryMistakeAtItsPlace) {
  const std::string text = problems_of(
      "for = 'Hh'\nvary = 'groups.ic'\nbetween = [3]\nprecision = 0\npower = 0.8\nhalf_width = 2.0\nround = "
      "'block'");
  for (const char* expected : {"no hypothesis is named 'Hh'; did you mean 'H'?", "did you mean 'groups.icc'?",
                               "'size.precision' is 0 (it must be above 0)",
                               "both size.power and size.half_width", "did you mean 'blocks'?"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
  EXPECT_NE(problems_of("between = [3]").find("there are 1 numbers"), std::string::npos);
  EXPECT_NE(problems_of("vary = 'groups.icc'\nbetween = [0.2, 0.1]").find("goes from 0.2 to 0.1"),
            std::string::npos);
  EXPECT_EQ(problems_of("power = 0.8\nbetween = [30, 90]"), "");
}

TEST(CheckSize, TellsWhatNeedsNoCondition) {
  Read scenario = read("for = 'Hh'\nvary = 'groups.size'\nbetween = [0, 8.5]\n");
  const ConditionLoader load_none = [](const ConditionRequest& request, Problems& problems) {
    problems.add(request.place, "there is no such condition");
    return nullptr;
  };
  (void)build(scenario.file, load_none, scenario.problems);
  EXPECT_EQ(scenario.problems.size(), 4U);  // with the condition's own
  scenario = read("vary = 'therapy.x.effect'\nbetween = [2, 1]\n");
  (void)build(scenario.file, load_none, scenario.problems);
  EXPECT_EQ(scenario.problems.size(), 2U);
}

TEST(CheckSize, AnAssuranceIsOverSomethingElse) {
  EXPECT_NE(problems_of("assurance = 0.8").find("there is no [assurance]"), std::string::npos);
  const std::string believed =
      "\n[assurance]\ndraws = 100\n[assurance.prior]\n'groups.icc' = { uniform = [0, 0.1] }";
  EXPECT_EQ(problems_of("assurance = 0.8" + believed), "");
  EXPECT_NE(
      problems_of("assurance = 0.8\nvary = 'groups.icc'" + believed).find("uncertain in [assurance.prior]"),
      std::string::npos);
  EXPECT_NE(problems_of("assurance = 0.8\ntrials = 1999" + believed).find("too few for 100 draws"),
            std::string::npos);
  EXPECT_EQ(problems_of("power = 0.8\ntrials = 1999" + believed), "");
}

TEST(CheckSize, OnlyParticipantsAreInflated) {
  EXPECT_EQ(problems_of("lost = 0.2"), "");
  EXPECT_NE(problems_of("lost = 0.2\nvary = 'groups.icc'").find("only a number of participants"),
            std::string::npos);
  EXPECT_NE(problems_of("lost = 1").find("'size.lost' is 1"), std::string::npos);
}

}  // namespace
}  // namespace equipoise
