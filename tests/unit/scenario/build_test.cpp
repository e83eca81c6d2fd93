#include "engine/scenario/build.hpp"

#include <cmath>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/override.hpp"
#include "tests/unit/scenario/fake_condition.hpp"

namespace equipoise {
namespace {

using testing_support::FakeCondition;

// Line by line, so that a test can replace a line and know its number.
std::vector<std::string> good_lines() {
  return {"title = 'T'",                                                              // 1
          "condition = 'fake'",                                                       // 2
          "[cohort]",                                                                 // 3
          "profile = 'usual'",                                                        // 4
          "participants = 60",                                                        // 5
          "sites = 2",                                                                // 6
          "[schedule]",                                                               // 7
          "visits = [3, 6]",                                                          // 8
          "endpoints = ['mood']",                                                     // 9
          "[[arm]]",                                                                  // 10
          "name = 'A'",                                                               // 11
          "therapy = 'grouped'",                                                      // 12
          "[[arm]]",                                                                  // 13
          "name = 'B'",                                                               // 14
          "therapy = 'nothing'",                                                      // 15
          "[[hypothesis]]",                                                           // 16
          "name = 'H'",                                                               // 17
          "endpoint = 'pain'",                                                        // 18
          "visit = 6",                                                                // 19
          "compare = ['A', 'B']",                                                     // 20
          "analysis = { method = 'ancova', adjust = ['baseline', 'site', 'mood'] }",  // 21
          "[groups]",                                                                 // 22
          "[dropout]",                                                                // 23
          "[testing]"};                                                               // 24
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

struct Built {
  std::optional<Study> study;
  Problems problems;

  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Problem& problem : problems.all()) all += to_text(problem) + "\n";
    return all;
  }
};

Built build_text(const std::string& text, const std::vector<std::string>& set = {}, double entry = 1.0) {
  Built built;
  std::vector<Override> overrides;
  for (const std::string& change : set) overrides.push_back(*parse_override(change, built.problems));
  const ConditionLoader load = [entry](const ConditionRequest& request, Problems& problems) {
    auto condition = std::make_unique<FakeCondition>();
    condition->entry = entry;
    Problems own;
    Value parameters =
        parse_toml("[therapy.talk]\neffect = { value = 1, status = 'assumed' }", "p.toml", own);
    apply_overrides(parameters, request.overrides, request.other_keys, own);
    for (const Problem& problem : own.all()) problems.add(problem);
    return own.empty() ? std::move(condition) : nullptr;
  };
  Value tree = parse_toml(text, "s.toml", built.problems);
  const ScenarioFile file = scenario_from(std::move(tree), "s.toml", overrides, built.problems);
  built.study = build(file, load, built.problems);
  return built;
}

std::string analysis(std::string_view inside) {
  return "analysis = { " + std::string(inside) + " }";
}

// The good scenario with some lines replaced: {number, line}.
Built build_with(const std::vector<std::pair<std::size_t, std::string>>& changes) {
  std::vector<std::string> lines = good_lines();
  for (const auto& [number, line] : changes) lines[number - 1] = line;
  return build_text(joined(lines));
}

TEST(Build, MakesThePlanThatTheScenarioSays) {
  const Built built = build_text(joined(good_lines()));
  ASSERT_TRUE(built.study) << built.text();
  const Plan& plan = built.study->plan;
  EXPECT_EQ(plan.design.participants, 60U);
  EXPECT_EQ(plan.design.sites, 2U);
  EXPECT_EQ(plan.design.block_size, 4U);
  EXPECT_EQ(plan.design.visits, (std::vector{3.0, 6.0}));
  ASSERT_EQ(plan.design.endpoints.size(), 2U);
  EXPECT_EQ(plan.design.endpoints[0].name, "pain");
  EXPECT_EQ(plan.design.endpoints[1].name, "mood");
  ASSERT_EQ(plan.tests.size(), 1U);
  EXPECT_EQ(plan.tests[0].contrast.visit, VisitId{2});
  EXPECT_EQ(plan.tests[0].contrast.treatment, ArmId{0});
  const auto& ancova = std::get<AncovaOptions>(plan.tests[0].protocol().options);
  ASSERT_EQ(ancova.adjust.size(), 3U);
  EXPECT_EQ(ancova.adjust[0], (Covariate{Covariate::Kind::baseline, EndpointId{0}}));
  EXPECT_EQ(ancova.adjust[1].kind, Covariate::Kind::site);
  EXPECT_EQ(ancova.adjust[2], (Covariate{Covariate::Kind::baseline, EndpointId{1}}));
  EXPECT_EQ(plan.process.rules().enrolment_rate, 12.0);
  EXPECT_TRUE(plan.process.rules().deliveries[0].in_groups);
  // Six weeks of a month that has 365.25 / 12 days.
  EXPECT_DOUBLE_EQ(plan.process.rules().groups.longest_wait, 42.0 / (365.25 / 12.0));
  EXPECT_EQ(built.study->options.trials, 10'000U);
  EXPECT_EQ(built.study->provenance.condition, "fake");
  EXPECT_EQ(built.study->provenance.planned_trials, 10'000U);
  EXPECT_EQ(built.study->assumed, (std::vector<std::string>{"x"}));
}

TEST(Build, BringsTheProfilesLossesToTheVisits) {
  const Built built = build_text(joined(good_lines()), {"arm.B.retention=0.9"});
  ASSERT_TRUE(built.study) << built.text();
  const DropoutRules& rules = built.study->plan.dropout.rules();
  // Half of the profile's loss of 0.4 has happened by month 6, and a quarter of it by month 3.
  ASSERT_EQ(rules.goals.size(), 2U);
  EXPECT_EQ(rules.goals[0].retention, 0.9);
  EXPECT_EQ(rules.goals[0].arms, (std::vector{ArmId{1}}));
  EXPECT_DOUBLE_EQ(rules.goals[1].retention, 0.8);
  EXPECT_EQ(rules.shape, (std::vector{0.5, 1.0}));
  const Built stated = build_text(joined(good_lines()), {"dropout.retention=0.7"});
  EXPECT_EQ(stated.study->plan.dropout.rules().goals[0].retention, 0.7);
}

TEST(Build, MeasuresWhatPeopleLeaveFor) {
  const Built built = build_text(joined(good_lines()), {"dropout.unseen=0.5", "dropout.endpoint=dose"});
  ASSERT_TRUE(built.study) << built.text();
  const Plan& plan = built.study->plan;
  ASSERT_EQ(plan.design.endpoints.size(), 3U);
  EXPECT_EQ(plan.design.endpoints[2].name, "dose");
  EXPECT_EQ(plan.dropout.rules().endpoint, EndpointId{2});
}

TEST(Build, RunsUntilThePrecisionIsReachedAtTheLatest) {
  const Built built = build_text(joined(good_lines()), {"run.precision=0.001"});
  ASSERT_TRUE(built.study) << built.text();
  EXPECT_EQ(built.study->options.trials, 250'000U);
  EXPECT_EQ(built.study->provenance.planned_trials, 0U);
}

TEST(Build, StoresATextThatRunsTheSame) {
  std::vector<std::string> lines = good_lines();
  lines.push_back("[override]");
  lines.push_back("\"cohort.participants\" = 80");
  lines.push_back("\"therapy.talk.effect\" = 3");
  const std::vector<std::string> set = {"groups.icc=0.07", "arm.A.allocation=3", "cohort.participants=84",
                                        "hypothesis.1.visit=3"};
  const Built first = build_text(joined(lines), set);
  ASSERT_TRUE(first.study) << first.text();
  const Built again = build_text(first.study->provenance.scenario_text);
  ASSERT_TRUE(again.study) << again.text();
  EXPECT_EQ(again.study->provenance.scenario_text, first.study->provenance.scenario_text);
  for (const Built* built : {&first, &again}) {
    EXPECT_EQ(built->study->plan.design.participants, 84U);
    EXPECT_EQ(built->study->plan.design.arms[0].allocation, 3);
    EXPECT_EQ(built->study->plan.tests[0].contrast.visit, VisitId{1});
  }
  EXPECT_NE(first.study->provenance.scenario_text.find("\"therapy.talk.effect\" = 3"), std::string::npos);
}

TEST(Build, RefusesAnOverrideOfNothingWithTheNearestOfBoth) {
  const Built built = build_text(joined(good_lines()),
                                 {"cohort.particpants=9", "therapy.tolk.effect=2", "hypothesis.1.visit=4"});
  EXPECT_EQ(built.text(),
            "--set cohort.particpants: there is no key 'cohort.particpants' (neither the scenario nor its "
            "condition has it); "
            "did you mean "
            "'cohort.participants'?\n"
            "--set hypothesis.1.visit: no visit is scheduled at month 4; the nearest is at month 3\n"
            "--set therapy.tolk.effect: there is no key 'therapy.tolk.effect' (neither the scenario nor its "
            "condition has it); "
            "did you mean "
            "'therapy.talk.effect'?\n");
}

TEST(Build, RefusesAnEntryCriterionThatAlmostNobodyMeets) {
  const Built built = build_text(joined(good_lines()), {}, 0.0004);
  EXPECT_FALSE(built.study);
  EXPECT_EQ(built.problems.size(), 1U);
  EXPECT_NE(built.text().find("s.toml:4:11: 0.04 % of the people of 'usual' meet its entry criteria"),
            std::string::npos)
      << built.text();
}

TEST(Build, TellsOfEveryMissingPart) {
  const Built built = build_text("title = 'x'\n");
  std::string missing;
  for (const Problem& problem : built.problems.all()) missing += problem.what + "; ";
  EXPECT_EQ(missing,
            "'condition' is missing; [cohort] is missing; [schedule] is missing; [[arm]] is missing; "
            "[[hypothesis]] is "
            "missing; ");
}

TEST(Build, TakesAnEmptyTextForAMissingOne) {
  for (const std::size_t line : {2U, 4U, 11U, 12U, 17U, 18U}) {
    const std::string written = good_lines()[line - 1];
    const Built built = build_with({{line, written.substr(0, written.find('=')) + "= ''"}});
    EXPECT_FALSE(built.study) << written;
    EXPECT_NE(built.text().find(" is missing ("), std::string::npos) << built.text();
  }
}

struct Mistake {
  std::string what;
  std::vector<std::pair<std::size_t, std::string>> changes;
  std::string begins;  // of the only message
};

/// GoogleTest would print its bytes.
void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.what;
}

TEST(Build, VisitsThatAreCountedAreEvenlySpaced) {
  const Built built = build_with({{8, "count = 4\nlast = 6"}});
  ASSERT_TRUE(built.study) << built.text();
  EXPECT_EQ(built.study->plan.design.visits, (std::vector<double>{1.5, 3.0, 4.5, 6.0}));
  const Built one = build_with({{8, "count = 1\nlast = 6"}});
  ASSERT_TRUE(one.study) << one.text();
  EXPECT_EQ(one.study->plan.design.visits, std::vector<double>{6.0});
}

TEST(Build, SuperiorityByAMarginIsAQuestionOfItsOwn) {
  const Built built = build_with({{19, "visit = 6\ntest = 'superiority_by_margin'\nmargin = 0.5"}});
  ASSERT_TRUE(built.study) << built.text();
  const Hypothesis& hypothesis = built.study->plan.design.hypotheses[0];
  EXPECT_EQ(hypothesis.test, TestKind::superiority);
  EXPECT_EQ(hypothesis.margin, 0.5);
  EXPECT_EQ(word_of(hypothesis.test, hypothesis.margin), TestWord::superiority_by_margin);
}

TEST(Build, LooksAtThousandsOfNamesInTime) {
  std::string many;
  for (int k = 0; k < 8'000; ++k) {
    many += "[[hypothesis]]\nname = 'H" + std::to_string(k % 7'990) +
            "'\nendpoint = 'pain'\nvisit = 6\ncompare = ['A', 'B']\n" + analysis("method = 'ancova'") + "\n";
  }
  const Built built = build_text(joined(good_lines()) + many);
  EXPECT_NE(built.text().find("there are 8001 hypotheses (a trial may have 64)"), std::string::npos)
      << built.text();
}

TEST(Build, VisitsMayBeInWeeksThroughout) {
  const Built weeks = build_with({{8, "visits = [12, 26]\nunit = 'weeks'"}, {19, "visit = 26"}});
  ASSERT_TRUE(weeks.study) << weeks.text();
  const Design& design = weeks.study->plan.design;
  // A month is a twelfth of 365.25 days: 26 weeks are 182 days.
  const std::vector<double> months{84.0 / (365.25 / 12.0), 182.0 / (365.25 / 12.0)};
  ASSERT_EQ(design.visits.size(), 2U);
  EXPECT_DOUBLE_EQ(design.visits[0], months[0]);
  EXPECT_DOUBLE_EQ(design.visits[1], months[1]);
  EXPECT_EQ(design.shown_visits(), (std::vector<double>{12.0, 26.0}));
  EXPECT_EQ(design.shown_time(VisitId{2}), 26.0);
  EXPECT_EQ(design.time_unit, TimeUnit::weeks);
  EXPECT_EQ(weeks.study->plan.tests[0].contrast.visit, VisitId{2});
  EXPECT_TRUE(weeks.study->warnings.empty());
  const Built counted = build_with({{8, "unit = 'weeks'\ncount = 3\nlast = 24"},
                                    {19, "visits = [8, 16]"},
                                    {21, analysis("method = 'mmrm', df = 'residual'")}});
  ASSERT_TRUE(counted.study) << counted.text();
  EXPECT_EQ(counted.study->plan.design.shown_visits(), (std::vector<double>{8.0, 16.0, 24.0}));
  const Built wrong = build_with({{8, "visits = [12, 26]\nunit = 'weeks'"}, {19, "visit = 6"}});
  EXPECT_EQ(wrong.text(), "s.toml:20:9: no visit is scheduled at week 6; the nearest is at week 12\n");
}

TEST(Build, WarnsOfVisitsThatLookLikeWeeks) {
  const auto warnings = [](const std::string& visits, const std::string& visit) {
    const Built built = build_with({{8, visits}, {19, "visit = " + visit}});
    EXPECT_TRUE(built.study) << built.text();
    std::string text;
    for (const Problem& warning : built.study->warnings.all()) text += to_text(warning) + "\n";
    return text;
  };
  EXPECT_EQ(warnings("visits = [4, 8, 12, 24, 52]", "52"),
            "s.toml:8:10: the last visit is at month 52, 4.3 years on (of 'usual' no loss is published after "
            "month 12, and none is "
            "assumed); if these are weeks, write unit = \"weeks\" in [schedule]\n");
  EXPECT_NE(warnings("visits = [4, 8, 12, 26]", "26"), "");
  EXPECT_EQ(warnings("visits = [6, 12, 18]", "18"), "");
  EXPECT_EQ(warnings("visits = [4, 8, 12, 24, 52]\nunit = 'weeks'", "52"), "");
  EXPECT_NE(warnings("visits = [52, 104]\nunit = 'weeks'", "104").find("at week 104, 2.0 years on"),
            std::string::npos);
}

TEST(Build, WarnsOfGroupsThatNeverFillOrForm) {
  const auto warnings = [](const std::string& groups, const std::string& cohort) {
    const Built built =
        build_with({{22, "[groups]\n" + groups}, {6, cohort}, {21, analysis("method = 'ancova'")}});
    EXPECT_TRUE(built.study) << built.text();
    std::string text;
    for (const Problem& warning : built.study->warnings.all()) text += warning.what + "\n";
    return text;
  };
  EXPECT_EQ(warnings("size = 15", "sites = 2"), "");
  EXPECT_EQ(warnings("size = 16", "sites = 2"), "a group of 16 never fills: a site enrols 15 of 'A'\n");
  EXPECT_EQ(warnings("size = 40", "sites = 1"), "a group of 40 never fills: a site enrols 30 of 'A'\n");
  // Twelve a month, six of them in the arm, three at a site.
  EXPECT_EQ(warnings("minimum = 6", "sites = 2\nenrolment_rate = 4"), "");
  EXPECT_EQ(warnings("minimum = 6", "sites = 2\nenrolment_rate = 3"),
            "a group of 6 takes 6.7 months to come together at a site\n");
  EXPECT_EQ(warnings("minimum = 3", "sites = 1\nenrolment_rate = 0.49")
                .find("60 participants at 0.49 a month take 10 years"),
            0U);
}

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreToldOnceAtTheirPlace) {
  const Built built = build_with(GetParam().changes);
  EXPECT_FALSE(built.study);
  EXPECT_EQ(built.problems.size(), 1U) << built.text();
  EXPECT_TRUE(built.text().starts_with(GetParam().begins)) << built.text();
}

std::vector<Mistake> mistakes() {
  return {
      {"unknown_profile",
       {{4, "profile = 'usul'"}},
       "s.toml:4:11: 'usul' is no profile of fake; did you mean 'usual'?"},
      {"unknown_therapy",
       {{15, "therapy = 'nothin'"}},
       "s.toml:15:11: 'nothin' is no therapy of fake; did you mean"},
      {"unknown_endpoint",
       {{18, "endpoint = 'pian'"}},
       "s.toml:18:12: 'pian' is no endpoint of fake; did you mean"},
      {"unknown_listed_endpoint",
       {{9, "endpoints = ['mood', 'modo']"}},
       "s.toml:9:22: 'modo' is no endpoint of fake; did you mean 'mood'?"},
      {"empty_listed_endpoint",
       {{9, "endpoints = ['mood', '']"}},
       "s.toml:9:22: '' is no endpoint of fake; one of:"},
      {"empty_dropout_endpoint",
       {{23, "[dropout]\nendpoint = ''"}},
       "s.toml:24:12: '' is no endpoint of fake"},
      {"unscheduled_visit",
       {{19, "visit = 9"}},
       "s.toml:19:9: no visit is scheduled at month 9; the nearest is at"},
      {"unknown_arm", {{20, "compare = ['A', 'C']"}}, "s.toml:20:17: no arm is named 'C'"},
      {"arm_with_itself", {{20, "compare = ['A', 'A']"}}, "s.toml:20:11: 'A' is compared with itself"},
      {"three_compared", {{20, "compare = ['A', 'B', 'A']"}}, "s.toml:20:11: 3 arms are compared"},
      {"none_compared", {{20, "compare = []"}}, "s.toml:20:11: 0 arms are compared"},
      {"visits_out_of_order",
       {{8, "visits = [6, 3, 6]"}},
       "s.toml:8:14: the visit at month 3 comes after the one at"},
      {"no_visits", {{8, "visits = []"}}, "s.toml:8:10: there are no visits"},
      {"neither_visits_nor_their_number", {{8, ""}}, "s.toml:7:1: 'schedule.visits' is missing"},
      {"visits_listed_and_counted",
       {{8, "visits = [3, 6]\ncount = 2"}},
       "s.toml:9:9: visits are both listed and"},
      {"visits_without_the_last", {{8, "count = 2"}}, "s.toml:8:9: the time of the last visit is missing"},
      {"visits_without_their_number", {{8, "last = 6"}}, "s.toml:8:8: the number of visits is missing"},
      {"block_size",
       {{6, "block_size = 3"}, {21, analysis("method = 'ancova'")}},
       "s.toml:6:14: a block of 3 cannot"},
      {"less_than_a_block",
       {{5, "participants = 3"},
        {6, "sites = 1"},
        {12, "therapy = 'talk'"},
        {21, analysis("method = 'ancova'")}},
       "s.toml:5:16: 3 participants do not fill one block of 4"},
      {"more_sites_than_people",
       {{5, "participants = 60"}, {6, "sites = 61"}, {12, "therapy = 'talk'"}},
       "s.toml:6:9: there are 61 sites for 60 participants"},
      {"no_group_forms", {{5, "participants = 8"}}, "s.toml:11:8: 'A' meets in groups of at least 3"},
      {"group_minimum",
       {{22, "[groups]\nsize = 4\nminimum = 5"}},
       "s.toml:24:11: a group may not start with 5 members"},
      {"proportions_of_numbers",
       {{21, analysis("method = 'proportions'")}},
       "s.toml:21:23: 'proportions' does not fit pain"},
      {"means_of_states",
       {{18, "endpoint = 'misuse'"}, {21, analysis("method = 'mean_difference'")}},
       "s.toml:21:23: 'mean_difference' does not fit misuse (its analysed values are yes or no); take "
       "\"proportions\""},
      {"means_of_responders",
       {{19, "visit = 6\ntransform = 'responder(30%)'"}},
       "s.toml:22:23: 'ancova' does not fit pain"},
      {"responder_of_a_state",
       {{18, "endpoint = 'misuse'\ntransform = 'responder(30%)'"}},
       "s.toml:19:13: 'responder(30%)' does not fit misuse"},
      {"log_of_negatives",
       {{18, "endpoint = 'mood'\ntransform = 'log1p'"},
        {21, analysis("method = 'ancova', adjust = ['baseline']")}},
       "s.toml:19:13: 'log1p' does not fit mood (its values may be negative)"},
      {"unknown_transform",
       {{19, "visit = 6\ntransform = 'responder(30)'"}},
       "s.toml:20:13: 'hypothesis.transform' is 'responder(30)', which is not known; did you mean "
       "'responder(30%)'?"},
      {"a_margin_of_superiority",
       {{19, "visit = 6\ntest = 'superiority'\nmargin = 1"}},
       "s.toml:21:10: superiority has no margin (a margin asks for more than any difference: another "
       "question, "
       "with less power); leave it out, or write test = \"superiority_by_margin\""},
      {"a_margin_of_the_default", {{19, "visit = 6\nmargin = 1"}}, "s.toml:20:10: superiority has no margin"},
      {"no_margin_to_be_better_by",
       {{19, "visit = 6\ntest = 'superiority_by_margin'"}},
       "s.toml:20:8: superiority_by_margin has no margin (how much better is enough"},
      {"a_share_in_per_cent",
       {{23, "[dropout]\nretention = 68.7"}},
       "s.toml:24:13: 'dropout.retention' is 68.7 (it must be above 0, at most 1); write 0.687 for 68.7 %"},
      {"nobody_enrols",
       {{6, "sites = 2\nenrolment_rate = 1e-308"}},
       "s.toml:7:18: 'cohort.enrolment_rate' is 1e-308"},
      {"a_visit_after_an_hour", {{8, "visits = [0.001, 6]"}}, "s.toml:8:11: 'schedule.visits' is 0.001"},
      {"no_margin",
       {{19, "visit = 6\ntest = 'noninferiority'"}},
       "s.toml:20:8: noninferiority has no margin"},
      {"either_of_one_direction",
       {{19, "visit = 6\ntest = 'noninferiority'\nmargin = 1\npower_counts = 'either'"}},
       "s.toml:22:16: 'either' does not apply to a test in one direction (it never rejects in favour of the "
       "comparator); leave it out"},
      {"adjust_unmeasured",
       {{21, analysis("method = 'ancova', adjust = ['dose']")}},
       "s.toml:21:43: 'dose' is adjusted for but not measured; add it to schedule.endpoints"},
      {"adjust_nothing",
       {{21, analysis("method = 'ancova', adjust = ['basline']")}},
       "s.toml:21:43: 'basline' is nothing that an analysis can adjust for; did you mean 'baseline'?"},
      {"adjust_twice",
       {{21, analysis("method = 'ancova', adjust = ['baseline', 'pain']")}},
       "s.toml:21:55: 'pain' is adjusted for twice"},
      {"adjust_one_site",
       {{6, "sites = 1"}},
       "s.toml:21:55: there is one site, so there is nothing to adjust for"},
      {"option_of_another_method",
       {{21, analysis("method = 'mean_difference', adjust = ['baseline']")}},
       "s.toml:21:51: 'adjust' says nothing to 'mean_difference'"},
      {"shares",
       {{22, "[groups]\nicc = 0.6\ntherapist_icc = 0.4"}},
       "s.toml:23:7: groups and therapists take 1"},
      {"retention",
       {{23, "[dropout]\nretention = 1.2"}},
       "s.toml:24:13: 'dropout.retention' is 1.2 (it must be above 0"},
      {"one_sided_alpha",
       {{24, "[testing]\nsides = 1\nalpha = 0.5"}},
       "s.toml:26:9: a one-sided test at 0.5"},
      {"unknown_multiplicity_method",
       {{24, "[testing]\nmethod = 'hom'\nweights = [1]"}},
       "s.toml:25:10: 'testing.method' is 'hom', which is not known; did you mean 'holm'?"},
      {"weights_of_nothing",
       {{24, "[testing]\nmethod = 'hommel'\nweights = [1]"}},
       "s.toml:26:11: 'weights' says nothing to the method 'hommel'"},
      {"too_many_weights",
       {{24, "[testing]\nmethod = 'holm'\nweights = [0.5, 0.5]"}},
       "s.toml:26:11: 2 weights for 1 hypothesis"},
      {"a_weight_out_of_range",
       {{24, "[testing]\nmethod = 'holm'\nweights = [1.5]"}},
       "s.toml:26:12: 'testing.weights' is 1.5 (it must be 0 to 1)"},
      {"no_transitions",
       {{24, "[testing]\nmethod = 'graph'"}},
       "s.toml:25:10: a graph needs its transitions"},
      {"transitions_of_wrong_length",
       {{24, "[testing]\nmethod = 'graph'\ntransitions = [\n  [0, 0.5],\n]"}},
       "s.toml:27:3: row 1 of the transitions has 2 numbers"},
      {"to_itself",
       {{24, "[testing]\nmethod = 'graph'\ntransitions = [\n  [0.5],\n]"}},
       "s.toml:27:4: hypothesis 1 hands 0.5 of its share to itself"},
      {"unknown_hypothesis_in_order",
       {{24, "[testing]\nmethod = 'fixed_sequence'\norder = ['HH']"}},
       "s.toml:26:10: no hypothesis is named 'HH' (they have names, and numbers from 1 to 1); did you mean "
       "'H'?"},
      {"order_of_no_words",
       {{24, "[testing]\nmethod = 'fixed_sequence'\norder = [0.5]"}},
       "s.toml:26:10: 'testing.order' must be the name of a hypothesis, or its number"},
      {"no_families",
       {{24, "[testing]\nmethod = 'gatekeeping'"}},
       "s.toml:25:10: gatekeeping needs families"},
      {"unknown_hypothesis_in_family",
       {{24, "[testing]\nmethod = 'gatekeeping'\n[[testing.family]]\nhypotheses = [2]"}},
       "s.toml:27:15: no hypothesis is named '2'"},
      {"family_without_hypotheses",
       {{24, "[testing]\nmethod = 'gatekeeping'\n[[testing.family]]\ngate = 'serial'"}},
       "s.toml:26:1: 'testing.family.hypotheses' is missing"},
      {"truncation_of_bonferroni",
       {{24,
         "[testing]\nmethod = 'gatekeeping'\n[[testing.family]]\nhypotheses = ['H']\nmethod = "
         "'bonferroni'\ntruncation = 0.5"}},
       "s.toml:29:14: truncation says nothing to 'bonferroni'"},
  };
}

/// Two hypotheses and three arms; the second hypothesis' endpoint and arms may be others.
std::string two_hypotheses(const std::string& testing, const std::string& second = "endpoint = 'pain'",
                           const std::string& compare = "compare = ['C', 'B']") {
  std::vector<std::string> lines = good_lines();
  lines[14] += "\n[[arm]]\nname = 'C'\ntherapy = 'nothing'\nallocation = 2";
  lines[20] = analysis("method = 'ancova'");
  lines[23] = "[testing]\n" + testing;
  const std::vector<std::string> more{"[[hypothesis]]", "name = 'G'", second,
                                      "visit = 6",      compare,      analysis("method = 'ancova'")};
  lines.insert(lines.begin() + 21, more.begin(), more.end());
  return joined(lines);
}

TEST(Build, PreparesTheMultiplicityProcedure) {
  const Built built = build_text(two_hypotheses(
      "method = 'graph'\nweights = [1, 0]\ntransitions = [[0, 1], [0, 0]]", "endpoint = 'mood'"));
  ASSERT_TRUE(built.study) << built.text();
  const MultiplicityRules& rules = built.study->plan.multiplicity.rules();
  EXPECT_EQ(rules.weights, (std::vector{1.0, 0.0}));
  EXPECT_EQ(rules.transitions, (std::vector{0.0, 1.0, 0.0, 0.0}));
  const Built ordered = build_text(two_hypotheses("method = 'fallback'\norder = ['G', 1]"));
  ASSERT_TRUE(ordered.study) << ordered.text();
  EXPECT_EQ(ordered.study->plan.multiplicity.rules().order, (std::vector<std::size_t>{1, 0}));
  const Built gated =
      build_text(two_hypotheses("method = 'gatekeeping'\n[[testing.family]]\nhypotheses = ['G']\ngate = "
                                "'serial'\n[[testing.family]]\nhypotheses = [1]"));
  ASSERT_TRUE(gated.study) << gated.text();
  ASSERT_EQ(gated.study->plan.multiplicity.rules().families.size(), 2U);
  EXPECT_EQ(gated.study->plan.multiplicity.rules().families[0].gate, Gate::serial);
  EXPECT_EQ(gated.study->plan.multiplicity.rules().families[1].hypotheses, (std::vector<std::size_t>{0}));
}

TEST(Build, CorrelatesDunnettsComparisonsByAllocation) {
  const Built built = build_text(two_hypotheses("method = 'dunnett'"), {"cohort.block_size=4"});
  ASSERT_TRUE(built.study) << built.text();
  const JointRules& joint = built.study->plan.multiplicity.rules().joint;
  // Shares 1 and 2 against 1: 1/2 and 2/3 of the variance are the comparator's.
  EXPECT_NEAR(joint.correlation[1], std::sqrt(1.0 / 2.0 * 2.0 / 3.0), 1e-15);
  EXPECT_EQ(joint.correlation[0], 1.0);
  EXPECT_TRUE(joint.both_sides);
  const Built one_sided =
      build_text(two_hypotheses("method = 'dunnett'\nsides = 1"), {"cohort.block_size=4"});
  EXPECT_FALSE(one_sided.study->plan.multiplicity.rules().joint.both_sides);
  EXPECT_EQ(one_sided.study->plan.multiplicity.rules().joint.counts, 1.0);
}

TEST(Build, RefusesDunnettOfHypothesesThatDiffer) {
  const std::vector<std::string> block{"cohort.block_size=4"};
  const auto told = [&](const std::string& second, const std::string& compare, const std::string& method) {
    return build_text(two_hypotheses("method = '" + method + "'", second, compare), block).text();
  };
  EXPECT_NE(told("endpoint = 'mood'", "compare = ['C', 'B']", "dunnett")
                .find("'dunnett' compares hypotheses with different endpoints"),
            std::string::npos);
  EXPECT_NE(told("endpoint = 'pain'", "compare = ['B', 'C']", "dunnett_step_down")
                .find("'dunnett_step_down' compares hypotheses with different comparators"),
            std::string::npos);
  EXPECT_NE(told("endpoint = 'pain'", "compare = ['A', 'B']", "dunnett").find("'A' stands in two hypotheses"),
            std::string::npos);
  EXPECT_NE(told("endpoint = 'pain'\ntest = 'noninferiority'\nmargin = 1", "compare = ['C', 'B']", "dunnett")
                .find("different sides"),
            std::string::npos);
  EXPECT_NE(told("endpoint = 'pain'\ntest = 'equivalence'\nmargin = 1", "compare = ['C', 'B']", "dunnett")
                .find("'dunnett' does not test equivalence"),
            std::string::npos);
  EXPECT_EQ(told("endpoint = 'mood'", "compare = ['B', 'C']", "holm"), "");
}

INSTANTIATE_TEST_SUITE_P(One, Mistakes, ::testing::ValuesIn(mistakes()),
                         [](const auto& mistake) { return mistake.param.what; });

TEST(Build, RefusesNamesThatCannotBeToldApart) {
  std::vector<std::string> lines = good_lines();
  lines[13] = "name = 'A'";
  lines[19] = "compare = ['A', 'B']";
  for (std::size_t k = 15; k < 21; ++k) lines.push_back(good_lines()[k]);
  const Built built = build_text(joined(lines));
  EXPECT_NE(built.text().find("s.toml:14:8: two arms are named 'A'"), std::string::npos) << built.text();
  EXPECT_NE(built.text().find("s.toml:26:8: two hypotheses are named 'H'"), std::string::npos)
      << built.text();
}

TEST(Build, RefusesOneArmAndTooManyHypotheses) {
  std::vector<std::string> lines = good_lines();
  lines.erase(lines.begin() + 12, lines.begin() + 15);
  for (std::size_t h = 0; h < most_hypotheses; ++h) {
    lines.insert(lines.end(), {"[[hypothesis]]", "name = 'H" + std::to_string(h) + "'", "endpoint = 'pain'",
                               "visit = 6", "compare = ['A', 'A']", "analysis = { method = 'ancova' }"});
  }
  const Built built = build_text(joined(lines));
  EXPECT_NE(built.text().find("s.toml:10:1: a trial needs at least two arms"), std::string::npos)
      << built.text();
  EXPECT_NE(built.text().find("there are 65 hypotheses"), std::string::npos) << built.text();
}

}  // namespace
}  // namespace equipoise
