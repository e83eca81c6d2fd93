#include "engine/scenario/draw_trials.hpp"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "engine/scenario/schema/document.hpp"
#include "engine/study/run_cells.hpp"
#include "models/condition_loader.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

constexpr const char* trial = R"(
title = 'T'
condition = 'textbook'
seed = 4
run = { trials = 100 }
[cohort]
profile = 'standard'
participants = 60
[schedule]
visits = [12]
[[arm]]
name = 'A'
therapy = 'treatment'
[[arm]]
name = 'B'
therapy = 'control'
[dropout]
retention = 0.8
[[hypothesis]]
name = 'H'
endpoint = 'outcome'
visit = 12
compare = ['A', 'B']
analysis = { method = 'mean_difference' }
[assurance]
draws = 30
trials = 4
[assurance.prior]
'therapy.treatment.effect.outcome' = { normal = [0.6, 0.3] }
[size]
assurance = 0.7
)";

const std::atomic<bool> never = false;

ScenarioFile scenario(const std::string& more = {}) {
  Problems problems;
  ScenarioFile file =
      scenario_from(parse_toml(trial + more, "trial.toml", problems), "trial.toml", {}, problems);
  if (!problems.empty()) throw std::runtime_error(checks::text_of(problems));
  return file;
}

Responses trials_at(double value, const std::string& more = {}, const std::atomic<bool>& stop = never) {
  const ScenarioFile file = scenario(more);
  DrawTrials trials(file, varied_key_of(file, load_condition), load_condition, {});
  return trials(value, {file.scenario.seed, 100, 120, 2}, stop, [](std::uint64_t) {});
}

/// What the draws of `equipoise run` come to, with a change as the command line takes it.
double run_with(const std::string& change) {
  const ScenarioFile file = scenario();
  Problems problems;
  const std::vector<Override> overrides = checks::overrides_of({change}, problems);
  std::optional<AssuranceRun> run =
      build_assurance(scenario_from(file.tree, file.file, overrides, problems), load_condition, problems);
  if (!run) throw std::runtime_error(checks::text_of(problems));
  double rejected = 0.0;
  (void)run_cells(
      run->cells(never), run->options(), nullptr, never,
      [&](std::size_t cell, const CellResult& result) {
        if (cell > 0) rejected += static_cast<double>(result.rejections.count(0));
      },
      [](const Progress&) {});
  return rejected;
}

TEST(DrawTrials, AreThoseOfARunOfTheAssurance) {
  const Responses own = trials_at(60.0);
  EXPECT_EQ(own.trials, 120U);
  EXPECT_EQ(own.sum, run_with("cohort.participants=60"));
  EXPECT_GT(own.sum, 40.0);
  EXPECT_LT(own.sum, 110.0);
}

TEST(DrawTrials, OfAnotherNumberOfParticipantsAreTheSameDraws) {
  EXPECT_EQ(trials_at(120.0).sum, run_with("cohort.participants=120"));
  EXPECT_GT(trials_at(400.0).sum, trials_at(20.0).sum);
}

TEST(DrawTrials, AnyKeyCanBeVaried) {
  EXPECT_EQ(trials_at(0.3, "vary = 'dropout.retention'").sum, run_with("dropout.retention=0.3"));
}

TEST(DrawTrials, AreNoneWhereTheyAreStopped) {
  const std::atomic<bool> stop = true;
  EXPECT_EQ(trials_at(60.0, {}, stop).trials, 0U);
}

}  // namespace
}  // namespace equipoise
