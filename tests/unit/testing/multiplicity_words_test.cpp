#include "engine/testing/multiplicity_words.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

using Method = MultiplicityMethod;

struct Read {
  std::optional<MultiplicityRules> rules;
  std::vector<std::string> told;  // "key: what"
};

Read read(const MultiplicityWords& words,
          const std::vector<std::string>& names = {"Pain", "Function", "Dose"}) {
  Read answer;
  answer.rules =
      read_multiplicity(words, names, [&](const auto& key, const auto& what, const auto&, const auto&) {
        answer.told.push_back(key + ": " + what);
      });
  EXPECT_EQ(answer.rules.has_value(), answer.told.empty());
  return answer;
}

using Told = std::vector<std::string>;

TEST(MultiplicityWords, NameHypothesesByNameOrNumber) {
  MultiplicityWords words{.method = Method::fallback,
                          .weights = {},
                          .transitions = {},
                          .order = {{"Dose"}, {"1"}, {"Function"}},
                          .families = {}};
  const Read answer = read(words);
  ASSERT_TRUE(answer.rules);
  EXPECT_EQ(answer.rules->order, (std::vector<std::size_t>{2, 0, 1}));
}

TEST(MultiplicityWords, AnUnknownNameIsToldOnce) {
  MultiplicityWords words{.method = Method::fixed_sequence,
                          .weights = {},
                          .transitions = {},
                          .order = {{"Dse"}, {"1"}, {"4"}},
                          .families = {}};
  EXPECT_EQ(read(words).told,
            (Told{"order.1: no hypothesis is named 'Dse'", "order.3: no hypothesis is named '4'"}));
  words.order = {{"Pain"}, {"1"}, {"Dose"}};
  EXPECT_EQ(read(words).told, (Told{"order.2: 'Pain' stands in the order twice"}));
  words.order = {{"Pain"}, {"Dose"}};
  EXPECT_EQ(read(words).told, (Told{"order: 'Function' is not in the order"}));
}

TEST(MultiplicityWords, WeightsAreSharesOfAlpha) {
  MultiplicityWords words;
  words.method = Method::holm;
  words.weights = {0.5, 0.6, 0.0};
  EXPECT_EQ(read(words).told, (Told{"weights: the weights sum to 1.1", "weights.3: weight 3 is 0"}));
  words.weights = {0.5, 0.5};
  EXPECT_EQ(read(words).told, (Told{"weights: 2 weights for 3 hypotheses"}));
  words.weights = {1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0};
  EXPECT_TRUE(read(words).rules);
  words.method = Method::hochberg;
  EXPECT_EQ(read(words).told, (Told{"weights: 'weights' says nothing to the method 'hochberg'"}));
}

TEST(MultiplicityWords, TransitionsAreParts) {
  MultiplicityWords words;
  words.method = Method::graph;
  EXPECT_EQ(read(words).told, (Told{"method: a graph needs its transitions"}));
  words.transitions = {{0.5, 0.25, 0.25}, {0.6, 0.0, 0.6}, {1.0, 0.0}};
  EXPECT_EQ(read(words).told, (Told{"transitions.1.1: hypothesis 1 hands 0.5 of its share to itself",
                                    "transitions.2: row 2 of the transitions sums to 1.2",
                                    "transitions.3: row 3 of the transitions has 2 numbers"}));
}

TEST(MultiplicityWords, FamiliesHoldEachHypothesisOnce) {
  MultiplicityWords words;
  words.method = Method::gatekeeping;
  EXPECT_EQ(read(words).told, (Told{"method: gatekeeping needs families"}));
  words.families.resize(2);
  words.families[0].hypotheses = {{"Pain"}, {"Function"}};
  words.families[1].hypotheses = {{"Pain"}};
  words.families[0].truncation = 1.0;
  EXPECT_EQ(read(words).told, (Told{"family.1.truncation: family 1 passes nothing on before all of it is "
                                    "rejected",
                                    "family.2.hypotheses.1: 'Pain' is in the families twice",
                                    "family: 'Dose' is not in any family"}));
  words.families[1].hypotheses = {{"Dose"}};
  words.families[0].truncation = 0.5;
  words.families[0].weights = {0.5, 0.4};
  EXPECT_EQ(read(words).told, (Told{"family.1.weights: the weights sum to 0.9"}));
  words.families[0].weights = {};
  const Read answer = read(words);
  ASSERT_TRUE(answer.rules);
  EXPECT_EQ(answer.rules->families[0].weights, (std::vector{0.5, 0.5}));
  EXPECT_EQ(answer.rules->families[1].truncation, 1.0);
  words.families[0].method = FamilyMethod::bonferroni;
  EXPECT_EQ(read(words).told, (Told{"family.1.truncation: truncation says nothing to 'bonferroni'"}));
}

TEST(MultiplicityWords, FamiliesAreTruncatedWhereTheyMustBe) {
  MultiplicityWords words;
  words.method = Method::gatekeeping;
  words.families.resize(2);
  words.families[0].hypotheses = {{"Pain"}, {"Function"}};
  words.families[1].hypotheses = {{"Dose"}};
  const auto truncation = [&] { return read(words).rules->families[0].truncation; };
  EXPECT_EQ(truncation(), usual_truncation);
  words.families[0].gate = Gate::serial;
  EXPECT_EQ(truncation(), 1.0);
  std::swap(words.families[0].hypotheses, words.families[1].hypotheses);  // a family of one, then two
  EXPECT_EQ(truncation(), 1.0);
  words.families[0].gate = Gate::parallel;
  EXPECT_EQ(truncation(), 1.0);
  words.families[0].truncation = 1.0;
  EXPECT_EQ(truncation(), 1.0);
}

TEST(MultiplicityWords, MoreThanCanBeCountedAreRefused) {
  EXPECT_EQ(read({}, std::vector<std::string>(65, "H")).told, (Told{"hypotheses: there are 65 hypotheses"}));
}

}  // namespace
}  // namespace equipoise
