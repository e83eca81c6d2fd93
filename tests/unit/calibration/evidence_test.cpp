#include "engine/calibration/evidence.hpp"

#include <string>

#include <gtest/gtest.h>

#include "engine/scenario/schema/document.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

constexpr const char* trials =
    "[trial.stamp]\n"
    "title = \"A trial\"\n"
    "scenario = \"trials/stamp.toml\"\n"
    "citation = \"Somebody\"\n"
    "[trial.told]\n"
    "title = \"A trial that nothing simulates\"\n"
    "citation = \"Somebody\"\n";

/// What every target needs, and its own lines.
std::string target(const std::string& lines) {
  return "[[target]]\n" + lines + "status = \"reported\"\ncitation = \"Somebody\"\n";
}

struct Read {
  std::optional<Evidence> evidence;
  std::string problems;
};

Read read(const std::string& targets) {
  Problems problems;
  const Value root = parse_toml(trials + targets, "evidence.toml", problems);
  Read result{evidence_from(root, problems), {}};
  result.problems = checks::text_of(problems);
  return result;
}

TEST(Evidence, ReadsTrialsAndTargets) {
  const Read result = read(
      target("id = \"pain\"\ntrial = \"stamp\"\nrole = \"fit\"\narm = \"all\"\nendpoint = \"pain\"\n"
             "visit_months = 0\nstatistic = \"mean\"\nn = 770\nvalue = 6.1\nse = 0.06\ndiscrepancy = 0.2\n") +
      target("id = \"free\"\ntrial = \"stamp\"\nrole = \"check\"\ncontrast = [\"more\", \"support\"]\n"
             "endpoint = \"misuse\"\nvisit_months = [3, 6]\nstatistic = \"odds_ratio\"\nat_most = 0\n"
             "value = 2.06\n") +
      target("id = \"gone\"\ntrial = \"told\"\nrole = \"note\"\ncontrast = [\"a\", \"b\"]\n"
             "endpoint = \"retention\"\nvisit_months = 12\nstatistic = \"hazard_ratio\"\nvalue = 0.8\n"));
  EXPECT_EQ(result.problems, "");
  ASSERT_TRUE(result.evidence.has_value());
  EXPECT_EQ(result.evidence->trials.items.size(), 2U);
  EXPECT_EQ(result.evidence->trials.find("stamp")->scenario, "trials/stamp.toml");
  EXPECT_TRUE(result.evidence->trials.find("told")->scenario.empty());
  ASSERT_EQ(result.evidence->targets.size(), 3U);
  const Target& pain = result.evidence->targets[0];
  EXPECT_EQ(pain.role, TargetRole::fit);
  EXPECT_EQ(pain.visit_months.months, std::vector<double>{0.0});
  EXPECT_EQ(pain.n, 770U);
  EXPECT_EQ(pain.value, 6.1);
  EXPECT_EQ(pain.se, 0.06);
  EXPECT_EQ(pain.discrepancy, 0.2);
  EXPECT_EQ(pain.status, ParameterStatus::reported);
  EXPECT_FALSE(pain.is_ratio());
  const Target& free = result.evidence->targets[1];
  EXPECT_EQ(free.contrast, (std::vector<std::string>{"more", "support"}));
  EXPECT_EQ(free.visit_months.months, (std::vector<double>{3.0, 6.0}));
  EXPECT_EQ(free.at_most, 0.0);
  EXPECT_FALSE(free.at_least.has_value());
  EXPECT_FALSE(free.se.has_value());
  EXPECT_TRUE(free.is_ratio());
}

TEST(Evidence, TellsAllThatDoesNotGoTogetherAtOnce) {
  const std::string start = "role = \"fit\"\nendpoint = \"pain\"\nvisit_months = 6\nvalue = 0.5\nse = 0.1\n";
  const Read result =
      read(target("id = \"unknown\"\ntrial = \"stmp\"\nstatistic = \"mean\"\narm = \"all\"\n" + start) +
           target("id = \"bare\"\ntrial = \"stamp\"\nstatistic = \"mean\"\n" + start) +
           target("id = \"alone\"\ntrial = \"stamp\"\nstatistic = \"mean_difference\"\n" + start) +
           target("id = \"two\"\ntrial = \"stamp\"\nstatistic = \"mean\"\narm = \"all\"\n"
                  "contrast = [\"a\", \"b\"]\n" +
                  start) +
           target("id = \"of_what\"\ntrial = \"stamp\"\nstatistic = \"share\"\narm = \"all\"\n" + start) +
           target("id = \"unused\"\ntrial = \"stamp\"\nstatistic = \"mean\"\narm = \"all\"\nat_least = 3\n" +
                  start) +
           target("id = \"two\"\ntrial = \"told\"\nstatistic = \"mean\"\narm = \"all\"\n" + start) +
           target("id = \"hazard\"\ntrial = \"stamp\"\nstatistic = \"hazard_ratio\"\n"
                  "contrast = [\"a\", \"b\"]\n" +
                  start));
  EXPECT_FALSE(result.evidence.has_value());
  EXPECT_EQ(
      result.problems,
      "evidence.toml:10:9: target 'unknown' is of the trial 'stmp', which is not here; did you mean "
      "'stamp'?\n"
      "evidence.toml:23:13: target 'bare' is of one arm but names none; arm = \"all\", or a therapy\n"
      "evidence.toml:34:13: target 'alone' compares two arms but names no contrast of two; contrast = "
      "[\"first\", \"second\"]\n"
      "evidence.toml:47:12: target 'two' has an arm and a contrast; keep the one that the number is of\n"
      "evidence.toml:58:13: target 'of_what' is a share but does not say of what; give at_least or at_most\n"
      "evidence.toml:72:12: target 'unused' has a threshold that its statistic does not use; take it away\n"
      "evidence.toml:81:6: two targets are named 'two' (tables could not tell them apart); give each a name "
      "of "
      "its own\n"
      "evidence.toml:82:9: target 'two' is of 'told', which has no scenario (a number can be reproduced or "
      "checked only where its trial is simulated); give [trial.told] a scenario, or the target role = "
      "\"note\"\n"
      "evidence.toml:95:13: target 'hazard' is a hazard ratio, which no visit shows; role = \"note\"\n");
}

/// The only problem of one target of the trial that is simulated.
std::string problem_of(const std::string& lines) {
  return read(target("id = \"t\"\ntrial = \"stamp\"\n" + lines)).problems;
}

TEST(Evidence, WhatIsAimedAtHasAnError) {
  const std::string lines =
      "arm = \"all\"\nendpoint = \"pain\"\nvisit_months = 6\nstatistic = \"mean\"\nvalue = 1\n";
  EXPECT_EQ(
      problem_of("role = \"fit\"\n" + lines),
      "evidence.toml:11:8: target 't' is to be reproduced but has neither se nor discrepancy; nobody knows "
      "how closely; give one, or role = \"check\"\n");
  EXPECT_EQ(problem_of("role = \"check\"\n" + lines), "");
  EXPECT_EQ(problem_of("role = \"fit\"\ndiscrepancy = 0.1\n" + lines), "");
  EXPECT_NE(problem_of("role = \"fit\"\nse = 0\n" + lines), "");
}

TEST(Evidence, ARatioIsAboveZero) {
  EXPECT_EQ(problem_of("role = \"note\"\ncontrast = [\"a\", \"b\"]\nendpoint = \"pain\"\nvisit_months = 6\n"
                       "statistic = \"odds_ratio\"\nat_most = 0\nvalue = 0\n"),
            "evidence.toml:17:9: target 't' is a ratio of 0 or less\n");
}

TEST(Evidence, BaselineIsNotComparedWithItself) {
  EXPECT_EQ(problem_of("role = \"check\"\narm = \"all\"\nendpoint = \"pain\"\nvisit_months = [0, 6]\n"
                       "statistic = \"correlation\"\nvalue = 0.5\n"),
            "evidence.toml:14:16: target 't' compares baseline with itself; name the visits after it\n");
  EXPECT_EQ(problem_of("role = \"check\"\narm = \"all\"\nendpoint = \"pain\"\nvisit_months = []\n"
                       "statistic = \"mean\"\nvalue = 0.5\n"),
            "evidence.toml:14:16: target 't' has no visit\n");
}

TEST(Evidence, RetentionAndAttendanceAreNoEndpoints) {
  EXPECT_EQ(
      problem_of("role = \"check\"\narm = \"all\"\nendpoint = \"retention\"\nvisit_months = 6\n"
                 "statistic = \"mean\"\nvalue = 0.5\n"),
      "evidence.toml:15:13: target 't' is of retention, which is counted; statistic = \"count_share\"\n");
  EXPECT_EQ(
      problem_of("role = \"check\"\ncontrast = [\"a\", \"b\"]\nendpoint = \"attendance\"\n"
                 "visit_months = 3\nstatistic = \"mean_difference\"\nvalue = 0.5\n"),
      "evidence.toml:15:13: target 't' is of attendance, which has no visits; take a mean, sd, quantile or "
      "share of it\n");
}

TEST(Evidence, UnknownKeysAndWordsAreNamedWithTheNearest) {
  const std::string problems = problem_of(
      "rol = \"fit\"\narm = \"all\"\nendpoint = \"pain\"\nvisit_months = 6\nstatistic = \"men\"\n"
      "value = \"six\"\n");
  EXPECT_NE(problems.find("evidence.toml:11:1: unknown key"), std::string::npos) << problems;
  EXPECT_NE(problems.find("did you mean 'role'?"), std::string::npos) << problems;
  EXPECT_NE(problems.find("did you mean 'mean'"), std::string::npos) << problems;
  EXPECT_NE(problems.find("evidence.toml:16:9:"), std::string::npos) << problems;
}

TEST(Evidence, AFileThatIsNotThereIsAProblem) {
  Problems problems;
  Value root = Value::make_table();
  EXPECT_FALSE(read_evidence("nowhere/evidence.toml", root, problems));
  EXPECT_EQ(checks::text_of(problems), "nowhere/evidence.toml: there is no such file\n");
}

}  // namespace
}  // namespace equipoise
