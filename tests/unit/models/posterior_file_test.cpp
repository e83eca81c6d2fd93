#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "models/condition_loader.hpp"
#include "tests/support/own_condition.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

/// What a condition with this posterior.toml, or without one, loads.
class PosteriorFile : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Condition> load(Problems& problems) const {
    ConditionRequest request;
    request.name = own_.folder().string();
    return load_condition(request, problems);
  }

  [[nodiscard]] std::vector<std::string> problems_of(const std::string& text) const {
    own_.write_posterior(text);
    Problems problems;
    const auto condition = load(problems);
    EXPECT_EQ(condition == nullptr, !problems.empty());
    std::vector<std::string> texts;
    for (const Problem& problem : problems.all()) {
      texts.push_back(to_text(problem));
      EXPECT_EQ(problem.place.file, own_.posterior().string());
      texts.back().replace(0, own_.folder().string().size() + 1, "");
    }
    return texts;
  }

  checks::OwnCondition own_;
};

TEST_F(PosteriorFile, HoldsTheDrawsOfEachParameter) {
  own_.write_posterior(
      "'therapy.treatment.effect.outcome' = [0.4, 0.5, 1]\n'endpoint.outcome.level' = [0.5, 0.6, 0.7]\n");
  Problems problems;
  const auto condition = load(problems);
  ASSERT_NE(condition, nullptr) << checks::text_of(problems);
  const auto posterior = condition->posterior();
  ASSERT_NE(posterior, nullptr);
  EXPECT_EQ(posterior->keys,
            (std::vector<std::string>{"therapy.treatment.effect.outcome", "endpoint.outcome.level"}));
  EXPECT_EQ(posterior->draws(), 3U);
  EXPECT_EQ(posterior->values, (std::vector<std::vector<double>>{{0.4, 0.5, 1.0}, {0.5, 0.6, 0.7}}));
}

TEST_F(PosteriorFile, NeedNotBeThere) {
  Problems problems;
  const auto condition = load(problems);
  ASSERT_NE(condition, nullptr) << checks::text_of(problems);
  EXPECT_EQ(condition->posterior(), nullptr);
}

TEST_F(PosteriorFile, ChangesNoParameter) {
  Problems problems;
  const std::string without = load(problems)->parameters_text();
  own_.write_posterior("'therapy.treatment.effect.outcome' = [0.4, 0.5]\n");
  EXPECT_EQ(load(problems)->parameters_text(), without);
}

TEST_F(PosteriorFile, ShipsWithTheConditionsThatWereCalibrated) {
  for (const char* const name : {"opioid_treated_pain", "chronic_low_back_pain"}) {
    Problems problems;
    ConditionRequest request;
    request.name = name;
    const auto condition = load_condition(request, problems);
    ASSERT_NE(condition, nullptr) << checks::text_of(problems);
    ASSERT_NE(condition->posterior(), nullptr) << name;
    EXPECT_GE(condition->posterior()->draws(), 200U) << name;
  }
}

TEST_F(PosteriorFile, TellsEveryMistakeAtItsPlace) {
  EXPECT_EQ(
      problems_of("'therapy.treatment.effect.outcome' = [0.4, 0.5]\n"
                  "'endpoint.outcome.levle' = [0.5, 0.6]\n"
                  "'endpoint.outcome.slope' = [0.5]\n"
                  "'endpoint.outcome.serial' = 0.4\n"
                  "'endpoint.score.level' = ['much', 0.5]\n"
                  "'endpoint.response.level' = []\n"),
      (std::vector<std::string>{
          "posterior.toml:2:1: 'endpoint.outcome.levle' is no number of this condition (its draws have no "
          "place); did you mean 'endpoint.outcome.level'?",
          "posterior.toml:3:28: the length of 'endpoint.outcome.slope' is 1, that of "
          "'therapy.treatment.effect.outcome' 2 (the k-th numbers of all lists belong together); calibrate "
          "again",
          "posterior.toml:4:29: 'endpoint.outcome.serial' must be a list in [brackets] (here it is a number)",
          "posterior.toml:5:27: 'endpoint.score.level' must be a number (here it is a string)",
          "posterior.toml:6:29: 'endpoint.response.level' has no draws (nothing would be known of the "
          "parameter); calibrate again"}));
  // What is there but is no number is not what anybody meant.
  const auto word = problems_of("'endpoint.outcome.kind' = [1, 2]\n");
  ASSERT_EQ(word.size(), 1U);
  EXPECT_EQ(word[0].find("did you mean 'endpoint.outcome.kind'"), std::string::npos) << word[0];
  EXPECT_EQ(problems_of("'therapy.treatment.effect.outcome' = [0.4, nan]\n").size(), 1U);
  EXPECT_EQ(problems_of("'therapy.treatment.effect.outcome' = [0.4\n").size(), 1U);
}

TEST_F(PosteriorFile, TellsOfDrawsThatCannotBe) {
  EXPECT_EQ(
      problems_of("'profile.standard.dropout.retention' = [0.7, 1.4, -1]\n"
                  "'profile.standard.baseline.outcome.sd' = [1, 2,\n-3]\n"
                  "'therapy.treatment.effect.outcome' = [-5, 0, 5]\n"
                  "'clusters.group' = [0, 0.1, 0.2]\n"
                  "'clusters.group.value' = [0, 0.1, 0.2]\n"),
      (std::vector<std::string>{
          "posterior.toml:1:46: 'profile.standard.dropout.retention' is drawn at 1.4, and 1 other draws are "
          "impossible too (it must be above 0, at most 1); calibrate again",
          "posterior.toml:3:1: 'profile.standard.baseline.outcome.sd' is drawn at -3 (it must be above 0); "
          "calibrate again",
          "posterior.toml:6:1: 'clusters.group.value' is no number of this condition (its draws have no "
          "place); "
          "did you mean 'clusters.group'?"}));
}

TEST_F(PosteriorFile, IsToldOfBesideWrongParameters) {
  own_.write_posterior("'clusters.group' = [2]\n");
  own_.replace("[clusters]", "[clusters]\nunheard = 1");
  Problems problems;
  EXPECT_EQ(load(problems), nullptr);
  const std::string text = checks::text_of(problems);
  EXPECT_NE(text.find("'clusters.group' is drawn at 2"), std::string::npos) << text;
  EXPECT_NE(text.find("unknown key 'clusters.unheard'"), std::string::npos) << text;
}

}  // namespace
}  // namespace equipoise
