#include <atomic>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/run/truth.hpp"
#include "engine/scenario/build_cells.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/sweep_factors.hpp"
#include "models/condition_loader.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/study_from.hpp"
#include "tests/unit/scenario/two_arms.hpp"

namespace equipoise {
namespace {

/// A trial of the textbook condition; what is added stands from line 19 on.
std::string trial_with(const std::string& more) {
  return testing_support::two_arms("textbook", 1'000) + more;
}

using testing_support::by_ancova;

ScenarioFile file_of(const std::string& more, Problems& problems) {
  const std::string text = trial_with(by_ancova + more);
  return scenario_from(parse_toml(text, "s.toml", problems), "s.toml", {}, problems);
}

std::vector<std::string> problems_of(const std::string& more) {
  Problems problems;
  const ScenarioFile file = file_of(more, problems);
  const std::optional<CellStudy> study = build_cells(file, load_condition, problems);
  EXPECT_EQ(study.has_value(), problems.empty());
  std::vector<std::string> texts;
  for (const Problem& problem : problems.all()) texts.push_back(to_text(problem));
  return texts;
}

CellStudy study_of(const std::string& more) {
  Problems problems;
  const ScenarioFile file = file_of(more, problems);
  std::optional<CellStudy> study = build_cells(file, load_condition, problems);
  if (!study) throw std::runtime_error(checks::text_of(problems));
  return std::move(*study);
}

TEST(Sweep, CrossedListsMeetEachOtherAndTheLastChangesFastest) {
  const CellStudy study =
      study_of("[sweep]\n'cohort.participants' = [40, 60]\n'testing.alpha' = [0.01, 0.05, 0.1]\n");
  ASSERT_EQ(study.scenarios.count(), 6U);
  EXPECT_EQ(study.scenarios.text_of(0), "cohort.participants = 40, testing.alpha = 0.01");
  EXPECT_EQ(study.scenarios.text_of(1), "cohort.participants = 40, testing.alpha = 0.05");
  EXPECT_EQ(study.scenarios.text_of(5), "cohort.participants = 60, testing.alpha = 0.1");
  const std::vector<CellFactor> columns = study.scenarios.columns();
  EXPECT_EQ(columns[0].numbers, (std::vector<double>{40, 40, 40, 60, 60, 60}));
}

TEST(Sweep, ZippedListsGoSideBySide) {
  const CellStudy study = study_of(
      "[sweep]\ncombine = 'zip'\n'arm.A.therapy' = ['treatment', 'control']\n'testing.alpha' = [0.01, "
      "0.05]\n");
  ASSERT_EQ(study.scenarios.count(), 2U);
  EXPECT_EQ(study.scenarios.text_of(1), "arm.A.therapy = \"control\", testing.alpha = 0.05");
  EXPECT_EQ(study.scenarios.columns()[0].words, (std::vector<std::string>{"treatment", "control"}));
}

TEST(Sweep, CellsShareTheirReplicatesUnlessToldOtherwise) {
  const CellStudy common = study_of("[sweep]\n'testing.alpha' = [0.01, 0.05]\n");
  EXPECT_EQ(common.replicates(1).first, 0U);
  const CellStudy own = study_of("[sweep]\ncommon_random_numbers = false\n'testing.alpha' = [0.01, 0.05]\n");
  EXPECT_EQ(own.replicates(0).first, 0U);
  EXPECT_EQ(own.replicates(1).first, 120U);
  EXPECT_EQ(own.replicates(1).count, 120U);
}

TEST(Sweep, ACellIsTheRunOfTheScenarioWithItsValuesToTheBit) {
  const CellStudy study = study_of(
      "[override]\n'dropout.retention' = 0.8\n[sweep]\n'cohort.participants' = [40, 60]\n"
      "'therapy.treatment.effect.outcome' = [0.2, 0.7]\n");
  const std::atomic<bool> stop = false;
  for (const int threads : {1, 2, 8}) {
    std::vector<Characteristics> cells;
    CellsOptions options = study.options();
    options.threads = threads;
    run_cells(study.cells(stop), options, nullptr, stop,
              [&](std::size_t, const CellResult& result) { cells.push_back(result.characteristics); }, {});
    ASSERT_EQ(cells.size(), 4U);
    std::size_t cell = 0;
    for (const char* const participants : {"40", "60"}) {
      for (const char* const effect : {"0.2", "0.7"}) {
        const Study alone =
            study_from(trial_with(by_ancova),
                       {"dropout.retention=0.8", std::string("cohort.participants=") + participants,
                        std::string("therapy.treatment.effect.outcome=") + effect});
        const std::vector<TrueValue> truths = true_values(alone.plan, alone.options.seed, 1000, 1);
        const RunResult run = run_trials(alone.plan, truths, alone.options, nullptr, stop, {});
        checks::expect_same_bits(cells[cell++], run.characteristics);
      }
    }
  }
}

TEST(Sweep, ARunPassesOverIt) {
  const Study with = study_from(trial_with(by_ancova + "[sweep]\n'no.such.key' = [1]\n"));
  EXPECT_EQ(with.plan.design.participants, 60U);
}

TEST(Sweep, TellsEveryMistakeOnceAtItsPlace) {
  EXPECT_EQ(
      problems_of("[sweep]\n"                                       // line 22
                  "'cohort.participants' = [40, -1, 60]\n"          // 23
                  "'testing.alpha' = [0.05, 'half']\n"              // 24
                  "'therapy.treatment.efect.outcome' = [1, 2]\n"),  // 25
      (std::vector<std::string>{
          "s.toml:23:30: 'cohort.participants' is -1 participants (it must be 2 to 1000000)",
          "s.toml:24:26: 'testing.alpha' must be a number (here it is a string)",
          "s.toml:25:1: there is no key 'therapy.treatment.efect.outcome' (neither the scenario nor its "
          "condition has it); did you mean 'therapy.treatment.effect.outcome'?"}));
}

TEST(Sweep, TellsItsMistakesBesideThoseOfTheScenario) {
  EXPECT_EQ(problems_of("[groups]\nsize = 0\n"           // line 22
                        "[sweep]\n"                      // 24
                        "'testing.alpha' = [0.05, 2]\n"  // 25
                        "'groups.iccc' = [0.1]\n"        // 26
                        "'cohort.site_icc' = []\n"       // 27
                        "seed = [1, 2]\n"),              // 28
            (std::vector<std::string>{
                "s.toml:23:8: 'groups.size' is 0 participants (it must be at least 1)",
                "s.toml:25:26: 'testing.alpha' is 2 (it must be above 0, below 1); write 0.02 for 2 %",
                "s.toml:26:1: there is no key 'groups.iccc' (neither the scenario nor its condition has it); "
                "did you mean 'groups.icc'?",
                "s.toml:27:21: 'cohort.site_icc' in [sweep] lists no value (there would be no cell); list a "
                "value, or take the line out",
                "s.toml:28:1: 'seed' cannot differ between cells (all cells are run alike); take the line "
                "out; --trials, --seed and [run] set it for all of them"}));
}

TEST(Sweep, TellsValuesOfListsThatCannotBeCombined) {
  const auto unequal =
      problems_of("[sweep]\ncombine = 'zip'\n'testing.alpha' = [0.1]\n'groups.size' = [2, 3, 0]\n");
  ASSERT_EQ(unequal.size(), 2U);
  EXPECT_EQ(unequal[1].substr(0, 32), "s.toml:25:24: 'groups.size' is 0");
}

TEST(Sweep, KnowsAKeyByItsOtherName) {
  EXPECT_EQ(problems_of("[sweep]\n'arm.A.allocation' = [1, 2]\n'arm.1.allocation' = [1, 2]\n"),
            (std::vector<std::string>{
                "s.toml:24:1: 'arm.1.allocation' is swept twice ('arm.A.allocation' in line 23, column 1 is "
                "the same key); keep one of the two lists"}));
  EXPECT_EQ(problems_of("[sweep]\n'therapy.treatment.effect.outcome' = [0.1]\n"
                        "'therapy.treatment.effect.outcome.value' = [0.2]\n")
                .size(),
            1U);
}

TEST(Sweep, TellsWhatMakesNoCells) {
  EXPECT_EQ(
      problems_of("[sweep]\n"),
      (std::vector<std::string>{"s.toml:22:1: [sweep] names no key (there would be no cell); add a line "
                                "such as \"groups.icc\" = [0.0, 0.05]"}));
  EXPECT_EQ(problems_of("").front().substr(0, 50), "s.toml: there is no [sweep] and no [sensitivity] (");
  EXPECT_EQ(problems_of("[sweep]\n'testing.alpha' = []\n'run.trials' = [1]\n'groups.icc' = 0.1\n").size(),
            3U);
  const auto unequal =
      problems_of("[sweep]\ncombine = 'zip'\n'testing.alpha' = [0.1]\n'groups.size' = [2, 3]\n");
  ASSERT_EQ(unequal.size(), 1U);
  EXPECT_EQ(unequal[0],
            "s.toml:25:1: 'groups.size' lists 2 values, but 'testing.alpha' 1 (zipped lists give each cell a "
            "value of "
            "each); make them equally long, or cross them: combine = \"cross\"");
  EXPECT_EQ(
      problems_of("[sweep]\nreference = 2\n'testing.alpha' = [0.1, 0.2]\n"),
      (std::vector<std::string>{"s.toml:23:13: there is no cell 2 to compare with (the cells are 0 to 1)"}));
}

TEST(Sweep, TellsItsOwnKeysMisspelt) {
  const auto sweep = problems_of("[sweep]\ncombin = 'zip'\n'groups.icc' = [0.1]\n");
  EXPECT_EQ(sweep, (std::vector<std::string>{
                       "s.toml:23:10: 'combin' in [sweep] must be a list of values (here it is a "
                       "string); did you mean 'combine'?"}));
  const auto sensitivity = problems_of("[sensitivity]\npoint = 64\n'groups.icc' = { min = 0, max = 0.1 }\n");
  EXPECT_EQ(
      sensitivity,
      (std::vector<std::string>{"s.toml:23:1: unknown key 'sensitivity.point'; did you mean 'points'?"}));
}

TEST(Sweep, TellsHowManyCellsAreTooMany) {
  std::string hundred = "[0.01";
  for (int i = 1; i < 100; ++i) hundred += ", 0.01";
  hundred += "]";
  const auto many = problems_of("[sweep]\n'testing.alpha' = " + hundred + "\n'groups.icc' = " + hundred +
                                "\n'cohort.site_icc' = [0.0, 0.1]\n");
  ASSERT_EQ(many.size(), 1U);
  EXPECT_EQ(many[0],
            "s.toml:22:1: [sweep] makes 20000 cells (at most 10000 can be run at once); shorten the lists");
}

TEST(Sweep, TellsCellsThatContradictThemselvesAndOtherLists) {
  const auto groups = problems_of("[sweep]\n'groups.size' = [4, 8]\n'groups.minimum' = [3, 6]\n");
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].substr(0, 70),
            "s.toml:24:24: a group may not start with 6 members but is full with 4 ");
  const auto visits = problems_of("[sweep]\n'schedule.visits' = [[6, 12], [3, 12]]\n");
  ASSERT_EQ(visits.size(), 1U);
  EXPECT_EQ(visits[0],
            "s.toml:23:1: the cell schedule.visits = [3, 12] has other visits than the scenario (a results "
            "file has one "
            "list of them for all cells); run scenarios with other lists one by one");
}

TEST(SensitivityPlan, HasTheTornadoThenTheRows) {
  const CellStudy study = study_of(
      "[sensitivity]\npoints = 8\ntrials = 50\ntornado = [0.1, 0.9]\n'cohort.participants' = { min = 40, max "
      "= 80 }\n"
      "'therapy.treatment.effect.outcome' = { normal = [0.5, 0.1] }\n");
  EXPECT_EQ(study.scenarios.count(), 5U + 8U * 4U);
  EXPECT_EQ(study.replicates(4).count, 120U);
  EXPECT_EQ(study.replicates(5).first, 0U);
  EXPECT_EQ(study.replicates(8).first, 0U);
  EXPECT_EQ(study.replicates(9).first, 50U);
  EXPECT_EQ(study.scenarios.text_of(0), "cohort.participants = 60, therapy.treatment.effect.outcome = 0.5");
  EXPECT_EQ(study.scenarios.text_of(1), "cohort.participants = 44, therapy.treatment.effect.outcome = 0.5");
  EXPECT_EQ(study.scenarios.text_of(2), "cohort.participants = 76, therapy.treatment.effect.outcome = 0.5");
  EXPECT_EQ(study.scenarios.study(2).plan.design.participants, 76U);
  const CellTable table = study.table();
  EXPECT_EQ(table.sensitivity[0].distribution, "{ uniform = [40, 80] }");
  EXPECT_NEAR(table.sensitivity[1].low, 0.5 - 0.1 * 1.2815515655446004, 1e-12);
  EXPECT_FALSE(table.keep_replicates);
}

TEST(SensitivityPlan, TellsEveryMistakeOnce) {
  const auto wrong = problems_of(
      "[sensitivity]\npoints = 2\n'groups.icc' = { normal = [0.1, -1] }\n'testing.alpha' = 0.05\n"
      "'dropout.retention' = { beta = [1] }\n'cohort.site_icc' = { min = 0 }\n");
  EXPECT_EQ(wrong.size(), 5U);
  const auto outside = problems_of("[sensitivity]\n'cohort.site_icc' = { normal = [0.05, 0.05] }\n");
  ASSERT_EQ(outside.size(), 1U);
  EXPECT_EQ(outside[0].substr(0, 110),
            "s.toml:23:21: { normal = [0.05, 0.05] } draws values of 'cohort.site_icc' that cannot be: "
            "'cohort.site_icc' is");
  EXPECT_NE(outside[0].find("(it must be at least 0, below 1); cut it off where they end: add within = ["),
            std::string::npos)
      << outside[0];
  const auto twice = problems_of(
      "[sensitivity]\n'groups.icc' = { min = 0, max = 0.1 }\n[sensitivity.groups]\nicc = { min = 0, max = "
      "0.2 }\n");
  ASSERT_EQ(twice.size(), 1U);
  EXPECT_NE(twice[0].find("'groups.icc' is given two distributions ('groups.icc' in line 23, column 1 is"),
            std::string::npos)
      << twice[0];
  const auto renamed = problems_of(
      "[sensitivity]\n'arm.A.retention' = { min = 0.7, max = 0.8 }\n'arm.1.retention' = { min = 0.7, max = "
      "0.8 }\n");
  EXPECT_EQ(renamed.size(), 1U);
  const auto both =
      problems_of("[sweep]\n'groups.icc' = [0]\n[sensitivity]\n'groups.icc' = { min = 0, max = 0.1 }\n");
  ASSERT_EQ(both.size(), 1U);
  EXPECT_NE(both[0].find("there is a [sweep] and a [sensitivity]"), std::string::npos);
}

TEST(SensitivityPlan, TellsItsMistakesBesideThoseOfTheScenario) {
  EXPECT_EQ(problems_of("[groups]\nsize = 0\n"
                        "[sensitivity]\ntornado = [0.9, 0.1]\n"
                        "'cohort.site_icc' = { normal = [0.05, 0.05] }\n"
                        "'groups.iccc' = { min = 0, max = 0.1 }\n"
                        "'groups.icc' = { normal = [0.05, 0] }\n")
                .size(),
            5U);
}

}  // namespace
}  // namespace equipoise
