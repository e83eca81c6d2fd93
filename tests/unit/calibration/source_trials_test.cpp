#include "engine/calibration/source_trials.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/calibration/calibrate.hpp"
#include "tests/support/calibration_folder.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

constexpr std::size_t people = 400;

Eigen::MatrixXd predicted(const CalibrationSource& source, const Eigen::MatrixXd& scores, int threads = 1,
                          std::function<void()> on_trial = {}) {
  const std::atomic<bool> stop = false;
  const SourcePredictions predict(source, load_condition, {1, people, threads}, stop, std::move(on_trial));
  return predict(scores);
}

/// Three points around the priors' middle.
Eigen::MatrixXd points(const CalibrationSource& source) {
  Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(source.parameters.size()), 3);
  scores.col(1).setConstant(0.5);
  scores.col(2).setConstant(-0.4);
  return scores;
}

TEST(ReadCalibration, FindsParametersTrialsAndTargets) {
  const CalibrationFolder folder;
  const CalibrationSource source = folder.source();
  EXPECT_EQ(source.name, "textbook");
  std::vector<std::string> paths;
  for (const FreeParameter& parameter : source.parameters) paths.push_back(parameter.path);
  EXPECT_EQ(paths, (std::vector<std::string>{
                       "profile.standard.baseline.outcome.mean", "profile.standard.baseline.outcome.sd",
                       "profile.standard.dropout.retention", "therapy.treatment.effect.outcome",
                       "therapy.group_treatment.effect.outcome"}));
  ASSERT_EQ(source.trials.size(), 2U);
  EXPECT_EQ(source.trials[0].depends, (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(source.trials[1].depends, (std::vector<std::size_t>{0, 1, 2, 4}));
  EXPECT_EQ(source.targets.size(), 6U);
}

TEST(ReadCalibration, GathersEveryProblem) {
  const CalibrationFolder folder;
  folder.write(
      "evidence.toml",
      CalibrationFolder::trial_heading("one", "one.toml") +
          CalibrationFolder::target("a", "one", "fit", CalibrationFolder::difference("treatmnt"), 0.4, 0.1) +
          CalibrationFolder::target("b", "one", "fit",
                                    "arm = \"all\"\nendpoint = \"outcom\"\nvisit_months = 3\n"
                                    "statistic = \"mean\"",
                                    0.4, 0.1));
  Problems problems;
  EXPECT_FALSE(read_calibration(folder.path(), load_condition, problems));
  const std::string text = checks::text_of(problems);
  EXPECT_EQ(problems.size(), 3U) << text;
  EXPECT_NE(text.find("did you mean 'treatment'?"), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean 'outcome'?"), std::string::npos) << text;
  EXPECT_NE(text.find("there is no visit at month 3"), std::string::npos) << text;
}

TEST(ReadCalibration, OnlyARealNumberMayHaveAPrior) {
  const CalibrationFolder folder;
  folder.replace("therapy.treatment", "sessions = { value = 1",
                 "sessions = { value = 1, prior = { uniform = [1, 3] }");
  folder.replace("profile.standard.dropout", "shape = { value = [0.25, 0.5, 0.75, 1.0]",
                 "shape = { value = [0.25, 0.5, 0.75, 1.0], prior = { uniform = [0.1, 0.2] }");
  Problems problems;
  EXPECT_FALSE(read_calibration(folder.path(), load_condition, problems));
  const std::string text = checks::text_of(problems);
  EXPECT_NE(text.find("'profile.standard.dropout.shape' has a prior"), std::string::npos) << text;
  EXPECT_NE(text.find("'therapy.treatment.sessions' has a prior"), std::string::npos) << text;
}

TEST(SourcePredictions, AreTheSameBitsOnAnyNumberOfThreads) {
  const CalibrationFolder folder;
  const CalibrationSource source = folder.source();
  const Eigen::MatrixXd one = predicted(source, points(source), 1);
  EXPECT_TRUE(one.allFinite());
  EXPECT_EQ(one, predicted(source, points(source), 2));
  EXPECT_EQ(one, predicted(source, points(source), 8));
}

TEST(SourcePredictions, ShowWhatTheParametersSay) {
  const CalibrationFolder folder;
  const CalibrationSource source = folder.source();
  const Eigen::MatrixXd values = predicted(source, points(source));
  for (Eigen::Index k = 0; k < 3; ++k) {
    const auto value = [&](std::size_t j) {
      return source.parameters[j].prior.at_score(points(source)(static_cast<Eigen::Index>(j), k));
    };
    const double sd = value(CalibrationFolder::sd);
    const double seen = value(CalibrationFolder::retention);
    // Four hundred people, and those who stay: standard errors to which checks::standard_errors_allowed
    // belongs. Baseline correlates 0.6 with month 12.
    const double allowed = checks::standard_errors_allowed() * sd / std::sqrt(400.0);
    EXPECT_NEAR(values(0, k), value(CalibrationFolder::mean), allowed);
    EXPECT_NEAR(values(1, k), sd, allowed / std::sqrt(2.0));
    EXPECT_NEAR(values(2, k), seen,
                checks::standard_errors_allowed() * std::sqrt(seen * (1.0 - seen) / 400.0));
    EXPECT_NEAR(values(3, k), value(CalibrationFolder::effect) * sd, 2.0 * 0.8 * allowed / std::sqrt(seen));
    EXPECT_NEAR(values(5, k), value(CalibrationFolder::group_effect) * sd,
                2.0 * 0.8 * allowed / std::sqrt(seen));
  }
}

TEST(SourcePredictions, AParameterThatCannotMatterChangesNothingAndIsNotSimulated) {
  const CalibrationFolder folder;
  const CalibrationSource source = folder.source();
  Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(5, 2);
  scores(CalibrationFolder::group_effect, 1) = 1.0;
  int trials = 0;
  const Eigen::MatrixXd values = predicted(source, scores, 1, [&] { ++trials; });
  for (const Eigen::Index t : {0, 1, 2, 3, 4}) EXPECT_EQ(values(t, 0), values(t, 1)) << t;
  // The same random numbers: the effect alone moves the mean, by a prior SD of 0.3 baseline SDs.
  EXPECT_NEAR(values(5, 1) - values(5, 0), 0.3, 0.01);
  EXPECT_EQ(trials, 3);
}

TEST(SourcePredictions, WhatAScenarioSetsItselfDoesNotMove) {
  const CalibrationFolder folder;
  std::ofstream(folder.path() / "one.toml", std::ios::app)
      << "[override]\n\"profile.standard.baseline.outcome.mean\" = 2.0\n";
  const CalibrationSource source = folder.source();
  EXPECT_EQ(source.trials[0].depends, (std::vector<std::size_t>{1, 2, 3}));
  const Eigen::MatrixXd values = predicted(source, points(source));
  EXPECT_NEAR(values(0, 1), 2.0, 0.4);
}

TEST(SourcePredictions, StopWhenAsked) {
  const CalibrationFolder folder;
  const CalibrationSource source = folder.source();
  std::atomic<bool> stop = false;
  const SourcePredictions predict(source, load_condition, {1, people, 2}, stop, [&] { stop = true; });
  EXPECT_THROW((void)predict(points(source)), Interrupted);
}

TEST(SourcePredictions, AModelThatCannotBeIsNamed) {
  const CalibrationFolder folder;
  // With a serial share of 0.4 a level beyond 0.6 leaves less than nothing for measurement error.
  folder.replace("endpoint.outcome", "level = { value = 0.5",
                 "level = { value = 0.5, prior = { uniform = [0.1, 0.9] }");
  const CalibrationSource source = folder.source();
  ASSERT_EQ(source.parameters[0].path, "endpoint.outcome.level");
  Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(6, 1);
  EXPECT_TRUE(predicted(source, scores).allFinite());
  scores(0, 0) = 2.0;
  try {
    (void)predicted(source, scores);
    FAIL() << "a level of 0.88 was taken";
  } catch (const InvalidInput& wrong) {
    const std::string text = wrong.what();
    EXPECT_NE(text.find("parameters.toml:18:9: level and serial of 'outcome' are 1.28"), std::string::npos)
        << text;
    EXPECT_NE(text.find("the priors reach this in the trial 'one'"), std::string::npos) << text;
  }
}

TEST(Calibrate, ATargetThatNobodyShowsIsToldByName) {
  const CalibrationFolder folder;
  folder.write("evidence.toml", CalibrationFolder::trial_heading("one", "one.toml") +
                                    CalibrationFolder::target(
                                        "nobody", "one", "fit",
                                        "contrast = [\"treatment\", \"control\"]\nendpoint = \"outcome\"\n"
                                        "visit_months = 12\nstatistic = \"odds_ratio\"\nat_least = 1e9",
                                        1.5, 0.1));
  const CalibrationSource source = folder.source();
  CalibrateOptions options;
  options.participants = options.coarse_participants = people;
  options.draws = 20;
  options.starts = 1;
  const std::atomic<bool> stop = false;
  try {
    (void)calibrate(source, load_condition, options, stop, {});
    FAIL() << "odds of nobody were fitted";
  } catch (const InvalidInput& wrong) {
    EXPECT_NE(std::string(wrong.what()).find("target 'nobody' cannot be counted"), std::string::npos)
        << wrong.what();
  }
}

}  // namespace
}  // namespace equipoise
