#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/run/truth.hpp"
#include "engine/scenario/build_assurance.hpp"
#include "engine/scenario/schema/document.hpp"
#include "models/condition_loader.hpp"
#include "tests/support/own_condition.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/study_from.hpp"
#include "tests/unit/scenario/two_arms.hpp"

namespace equipoise {
namespace {

using Numbers = std::vector<double>;
using Words = std::vector<std::string>;

const std::string effect = "therapy.treatment.effect.outcome";
const std::string level = "endpoint.outcome.level";
const std::string posterior =
    "'therapy.treatment.effect.outcome' = [0.3, 0.4, 0.5, 0.6]\n"
    "'endpoint.outcome.level' = [0.50, 0.51, 0.52, 0.53]\n"
    "'endpoint.score.level' = [0.5, 0.5, 0.5, 0.5]\n"                    // is not measured
    "'therapy.group_treatment.effect.outcome' = [0.5, 0.5, 0.5, 0.5]\n"  // no arm has it
    "'therapy.treatment.effect.score' = [0.5, 0.5, 0.5, 0.5]\n";

/// The textbook condition, calibrated, and trials of it; what is added stands from line 22 on.
class Assured : public testing::Test {
 protected:
  Assured() { condition_.write_posterior(posterior); }

  [[nodiscard]] std::string trial_with(const std::string& more) const {
    return testing_support::two_arms(condition_.folder().string(), 3'000) + testing_support::by_ancova + more;
  }

  [[nodiscard]] std::optional<AssuranceRun> build_of(const std::string& more, Problems& problems) const {
    const ScenarioFile file =
        scenario_from(parse_toml(trial_with(more), "s.toml", problems), "s.toml", {}, problems);
    return build_assurance(file, load_condition, problems);
  }

  [[nodiscard]] Words problems_of(const std::string& more) const {
    Problems problems;
    const bool built = build_of(more, problems).has_value();
    EXPECT_EQ(built, problems.empty());
    Words texts;
    for (const Problem& problem : problems.all()) texts.push_back(to_text(problem));
    return texts;
  }

  [[nodiscard]] AssuranceRun run_of(const std::string& more) const {
    Problems problems;
    std::optional<AssuranceRun> run = build_of(more, problems);
    if (!run) throw std::runtime_error(checks::text_of(problems));
    return std::move(*run);
  }

  checks::OwnCondition condition_;
};

Words keys_of(const AssuranceRun& run) {
  Words keys;
  for (const AssuranceKey& key : run.keys) keys.push_back(key.key);
  return keys;
}

Numbers values_of(const AssuranceRun& run, const std::string& key) {
  for (const CellFactor& column : run.scenarios.columns()) {
    if (column.key == key) return column.numbers;
  }
  return {};
}

TEST_F(Assured, DrawsWhatThePosteriorLeavesOpenAndWhatMatters) {
  const AssuranceRun run = run_of("[assurance]\ndraws = 4\n");
  EXPECT_EQ(keys_of(run), (Words{effect, level}));
  EXPECT_EQ(run.keys[0].from, "posterior");
  EXPECT_EQ(run.study.cells(), 5U);
  // First what the condition has, then the rows.
  EXPECT_EQ(values_of(run, effect), (Numbers{0.5, 0.3, 0.4, 0.5, 0.6}));
  EXPECT_EQ(values_of(run, level), (Numbers{0.5, 0.50, 0.51, 0.52, 0.53}));
  EXPECT_EQ(run.table().assurance_keys, keys_of(run));
  EXPECT_FALSE(run.table().keep_replicates);
}

TEST_F(Assured, WhatIsFixedOrSetKeepsItsValue) {
  EXPECT_EQ(keys_of(run_of("[assurance]\nfixed = ['endpoint.outcome.level']\n")), Words{effect});
  const AssuranceRun set =
      run_of("[override]\n'therapy.treatment.effect.outcome' = 0.7\n[assurance]\ndraws = 4\n");
  EXPECT_EQ(keys_of(set), Words{level});
  // A belief about a key that is set is a belief all the same, and begins with what is set.
  const AssuranceRun believed = run_of(
      "[override]\n'therapy.treatment.effect.outcome' = 0.7\n[assurance]\ndraws = 4\n"
      "[assurance.prior]\n'therapy.treatment.effect.outcome' = { normal = [0.5, 0.1] }\n");
  EXPECT_EQ(keys_of(believed), (Words{level, effect}));
  EXPECT_EQ(values_of(believed, effect)[0], 0.7);
}

TEST_F(Assured, APriorTakesThePlaceOfThePosterior) {
  const AssuranceRun run = run_of(
      "[assurance]\ndraws = 200\n[assurance.prior]\n'therapy.treatment.effect.outcome' = { uniform = [2, 3] "
      "}\n"
      "'cohort.participants' = { min = 40, max = 43 }\n");
  EXPECT_EQ(keys_of(run), (Words{level, effect, "cohort.participants"}));
  EXPECT_EQ(run.keys[1].from, "{ uniform = [2, 3] }");
  Numbers effects = values_of(run, effect);
  EXPECT_EQ(effects[0], 0.5);
  for (std::size_t d = 1; d < effects.size(); ++d) {
    EXPECT_GE(effects[d], 2.0);
    EXPECT_LE(effects[d], 3.0);
  }
  // Whole numbers stay whole, and each that there is is drawn.
  const Numbers participants = values_of(run, "cohort.participants");
  for (const double there : {40.0, 41.0, 42.0, 43.0}) {
    EXPECT_NE(std::ranges::find(participants, there), participants.end()) << there;
  }
  for (const double n : participants) EXPECT_EQ(n, std::round(n));
  EXPECT_EQ(run.scenarios.study(1).plan.design.participants, static_cast<std::size_t>(participants[1]));
  // Keys are drawn independently of each other.
  const AssuranceRun both = run_of(
      "[assurance]\n[assurance.prior]\n'groups.icc' = { uniform = [0, 0.1] }\n"
      "'testing.alpha' = { uniform = [0, 0.1] }\n[groups]\nicc = 0.05\n[testing]\nalpha = 0.05\n");
  EXPECT_NE(values_of(both, "groups.icc")[1], values_of(both, "testing.alpha")[1]);
}

TEST_F(Assured, DrawsAreSpreadOverThePosteriorOrGoOverItAgain) {
  EXPECT_EQ(values_of(run_of("[assurance]\ndraws = 2\n"), effect), (Numbers{0.5, 0.3, 0.5}));
  AssuranceRun run = run_of("[assurance]\ndraws = 6\ntrials = 2\ntruth_participants = 1000\n");
  EXPECT_EQ(values_of(run, effect), (Numbers{0.5, 0.3, 0.4, 0.5, 0.6, 0.3, 0.4}));
  const std::atomic<bool> stop = false;
  run_cells(run.cells(stop), run.options(), nullptr, stop,
            [&](std::size_t cell, const CellResult& result) { run.study.add(cell, result); }, {});
  EXPECT_NEAR(run.study.effective_draws(), 36.0 / (4 + 4 + 1 + 1), 1e-12);
}

TEST_F(Assured, ThePlannedCellIsTheRunWithoutItToTheBit) {
  const std::string lossy = "[dropout]\nretention = 0.8\n";
  AssuranceRun run = run_of(lossy + "[assurance]\ndraws = 3\ntrials = 20\ntruth_participants = 1000\n");
  const std::atomic<bool> stop = false;
  const Study alone = study_from(trial_with(lossy));
  const std::vector<TrueValue> truths = true_values(alone.plan, alone.options.seed, 3000, 1);
  const RunResult plain = run_trials(alone.plan, truths, alone.options, nullptr, stop, {});
  std::vector<Characteristics> first;  // on one thread
  for (const int threads : {1, 2}) {
    CellsOptions options = run.options();
    options.threads = threads;
    std::vector<Characteristics> cells;
    run_cells(run.cells(stop), options, nullptr, stop,
              [&](std::size_t, const CellResult& result) { cells.push_back(result.characteristics); }, {});
    ASSERT_EQ(cells.size(), 4U);
    checks::expect_same_bits(cells[0], plain.characteristics);
    EXPECT_EQ(cells[1].trials, 20U);
    if (first.empty()) first = cells;
    for (std::size_t cell = 0; cell < 4; ++cell) checks::expect_same_bits(cells[cell], first[cell]);
  }
}

TEST_F(Assured, ARunsPrecisionAsksNothingOfIt) {
  const AssuranceRun run = run_of("[assurance]\ndraws = 3\n");
  EXPECT_FALSE(run.options().precision);
  EXPECT_EQ(run.study.replicates(0).count, 120U);
  EXPECT_EQ(run.study.replicates(1).first, 120U);
}

TEST_F(Assured, TellsEveryMistakeOnceAtItsPlace) {
  EXPECT_EQ(problems_of("[assurance]\n"                                                   // line 22
                        "fixed = ['endpoint.outcome.levle', 'endpoint.outcome.slope']\n"  // 23
                        "[assurance.prior]\n"                                             // 24
                        "'groups.icc' = { beta = [3, 45] }\n"                             // 25
                        "'therapy.treatment.efect.outcome' = { normal = [0.5, 0.1] }\n"   // 26
                        "'endpoint.outcome.slope' = { normal = [0.5, -0.1] }\n"),         // 27
            (Words{"s.toml:23:10: 'endpoint.outcome.levle' in [assurance] is no parameter of the condition's "
                   "posterior (only what is uncertain can be fixed); did you mean 'endpoint.outcome.level'?",
                   "s.toml:23:36: 'endpoint.outcome.slope' in [assurance] is no parameter of the condition's "
                   "posterior (only what is uncertain can be fixed); did you mean 'endpoint.outcome.level'?",
                   "s.toml:25:1: 'groups.icc' has no number to begin with (the power with every key at its "
                   "value is told, too); give groups.icc a value in the scenario",
                   "s.toml:26:1: there is no key 'therapy.treatment.efect.outcome' (neither the scenario nor "
                   "its condition has it); did you mean 'therapy.treatment.effect.outcome'?",
                   "s.toml:27:28: 'endpoint.outcome.slope': the SD of a normal distribution must be above 0 "
                   "(no value can be drawn from it)"}));
}

TEST_F(Assured, TellsItsMistakesBesideThoseOfTheScenario) {
  const Words wrong = problems_of(
      "[groups]\nsize = 0\n[dropout]\nretention = 0.9\n"   // lines 22 to 25
      "[assurance]\nfixed = ['endpoint.outcome.levle']\n"  // 27
      "[assurance.prior]\n"
      "'dropout.retention' = { normal = [0.9, 0.2] }\n"            // 29
      "'therapy.treatment.efect.outcome' = { normal = [1, 1] }\n"  // 30
      "'arm.A.allocation' = { normal = [1, 0] }\n");               // 31
  ASSERT_EQ(wrong.size(), 5U);
  const Words places{"s.toml:23:8: ", "s.toml:27:10: ", "s.toml:29:23: ", "s.toml:30:1: ", "s.toml:31:22: "};
  for (std::size_t k = 0; k < places.size(); ++k) EXPECT_TRUE(wrong[k].starts_with(places[k])) << wrong[k];
}

TEST_F(Assured, KnowsAParameterByItsOtherName) {
  const AssuranceRun run = run_of(
      "[assurance]\ndraws = 4\n[assurance.prior]\n'endpoint.outcome.level.value' = { min = 0.5, max = 0.52 "
      "}\n");
  EXPECT_EQ(keys_of(run), (Words{effect, level + ".value"}));
}

TEST_F(Assured, TellsWhatLeavesNothingUncertain) {
  EXPECT_EQ(
      problems_of("[assurance]\nfixed = ['endpoint.outcome.level', 'therapy.treatment.effect.outcome']\n"),
      (Words{"s.toml:22:1: [assurance] leaves nothing uncertain (no parameter of the posterior that is not "
             "fixed matters here); calibrate the condition, or add a line to [assurance.prior]"}));
  std::filesystem::remove(condition_.posterior());
  EXPECT_EQ(problems_of("[assurance]\n"),
            (Words{"s.toml:22:1: [assurance] leaves nothing uncertain (the condition has no posterior.toml); "
                   "calibrate the condition, or add a line to [assurance.prior]"}));
  EXPECT_EQ(problems_of("[assurance]\nfixed = ['endpoint.outcome.level']\n"),
            (Words{"s.toml:23:10: 'endpoint.outcome.level' in [assurance] is no parameter of the condition's "
                   "posterior (only what is uncertain can be fixed); the condition has no posterior.toml"}));
}

TEST_F(Assured, TellsDrawsThatMakeNoTrial) {
  const Words outside = problems_of(
      "[dropout]\nretention = 0.9\n[assurance.prior]\n'dropout.retention' = { normal = [0.9, 0.2] }\n");
  ASSERT_EQ(outside.size(), 1U);
  EXPECT_TRUE(
      outside[0].starts_with("s.toml:25:23: { normal = [0.9, 0.2] } draws values of "
                             "'dropout.retention' that cannot be: 'dropout.retention' is 1."))
      << outside[0];
  EXPECT_TRUE(
      outside[0].ends_with("(it must be above 0, at most 1); cut it off where they end: add within "
                           "= [LOW, HIGH]"))
      << outside[0];
  condition_.write_posterior("'endpoint.outcome.level' = [0.5, 0.7]\n");
  const Words contradicting = problems_of("[assurance]\n");
  ASSERT_EQ(contradicting.size(), 1U);
  EXPECT_NE(
      contradicting[0].find("in the cell endpoint.outcome.level = 0.7: level and serial of 'outcome' are "
                            "1.1 together"),
      std::string::npos)
      << contradicting[0];
}

}  // namespace
}  // namespace equipoise
