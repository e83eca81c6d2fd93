#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "engine/cohort/solve_dropout.hpp"
#include "engine/numeric/moments.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/simple_model.hpp"

namespace equipoise {
namespace {

/// Two arms of one endpoint on which more is better, so that low values are the worse ones.
class TwoArms {
 public:
  explicit TwoArms(std::size_t participants, std::size_t visits = 4)
      : model({endpoint()}, visits, {0.0, 0.0}),
        design(on_paper(participants, visits)),
        process(design, rules()) {
    process(Streams(9, 0), scratch_, people);
    truth.resize(participants, 1, visits + 1);
    const auto model_scratch = model.make_scratch();
    model.draw(Streams(9, 0), people, Influences{}, *model_scratch, truth);
  }

  [[nodiscard]] Dropout solve(const DropoutRules& by) const {
    return solve_dropout(design, process, model, by);
  }
  [[nodiscard]] std::vector<std::uint32_t> seen_under(const DropoutRules& by) const {
    return seen_under(solve(by));
  }
  [[nodiscard]] std::vector<std::uint32_t> seen_under(const Dropout& dropout) const {
    std::vector<std::uint32_t> seen(people.count());
    Dropout::Scratch scratch;
    dropout(Streams(9, 0), people, truth, scratch, seen);
    return seen;
  }

  SimpleModel model;
  Design design;
  CohortProcess process;
  People people;
  Columns truth;

 private:
  static Endpoint endpoint() {
    Endpoint endpoint;
    endpoint.better = Direction::higher_better;
    return endpoint;
  }
  static Design on_paper(std::size_t participants, std::size_t visits) {
    Design design;
    design.participants = participants;
    design.block_size = 2;
    design.arms.assign(2, {"arm", "therapy", 1});
    for (std::size_t v = 1; v <= visits; ++v) design.visits.push_back(3.0 * static_cast<double>(v));
    design.endpoints = {endpoint()};
    return design;
  }
  static CohortRules rules() {
    Delivery attended;
    attended.sessions = 8;
    attended.attendance_mean = 0.6;
    attended.attendance_rho = 0.2;
    return {{attended, attended}, GroupRules{}, VisitClock::randomization, 1.0};
  }
  CohortProcess::Scratch scratch_;
};

DropoutRules rules_of(double retention) {
  DropoutRules rules;
  rules.goals.push_back(RetentionGoal{retention, std::vector<ArmId>{ArmId{0}, ArmId{1}}});
  rules.shape = {0.4, 0.65, 0.85, 1.0};
  return rules;
}

bool has(std::uint32_t seen, std::size_t visit) {
  return ((seen >> visit) & 1U) != 0;
}

TEST(SolveDropout, IsExactWhereTheLossDependsOnTheArmAlone) {
  const TwoArms trial(40);
  DropoutRules rules = rules_of(0.7);
  rules.goals.clear();
  rules.goals.push_back(RetentionGoal{0.7, std::vector<ArmId>(1, ArmId{0})});
  rules.goals.push_back(RetentionGoal{0.62, std::vector<ArmId>(1, ArmId{1})});
  const Dropout dropout = trial.solve(rules);
  for (std::size_t arm = 0; arm < 2; ++arm) {
    double in = 1.0;
    for (std::size_t v = 0; v < 4; ++v) {
      in *= 1.0 - 1.0 / (1.0 + std::exp(-dropout.intercepts()[v][arm]));
      EXPECT_NEAR(in, 1.0 - (1.0 - rules.goals[arm].retention) * rules.shape[v], 1e-14);
    }
  }
}

TEST(SolveDropout, NobodyLeavesWhereEverybodyIsKept) {
  const TwoArms trial(200);
  const Dropout dropout = trial.solve(rules_of(1.0));
  for (const auto& of_visit : dropout.intercepts()) {
    for (const double intercept : of_visit) EXPECT_EQ(intercept, -std::numeric_limits<double>::infinity());
  }
  for (const std::uint32_t seen : trial.seen_under(dropout)) EXPECT_EQ(seen, 0b11111U);
}

TEST(SolveDropout, ArmsOfOneGoalShareTheirIntercepts) {
  const TwoArms trial(40);
  DropoutRules rules = rules_of(0.7);
  rules.per_session = -0.2;
  const Dropout dropout = trial.solve(rules);
  for (const auto& of_visit : dropout.intercepts()) EXPECT_EQ(of_visit[0], of_visit[1]);
}

TEST(SolveDropout, KeepsTheGoalWhateverTheReasons) {
  constexpr std::size_t participants = 40'000;
  const TwoArms trial(participants);
  DropoutRules rules = rules_of(0.687);
  rules.per_session = -0.1;
  rules.last_seen = 0.5;
  rules.unseen = 0.5;
  rules.missed_visit = 0.1;
  const std::vector<std::uint32_t> seen = trial.seen_under(rules);
  double kept = 0.0;
  for (const std::uint32_t of_one : seen) kept += has(of_one, 4) ? 1.0 : 0.0;
  // The intercepts are solved to 0.001.
  EXPECT_NEAR(kept / participants, 0.687, 0.001 + checks::proportion_tolerance(0.687, participants));
}

TEST(Dropout, KeepsThoseInTheTrialWhoseShareItShould) {
  constexpr std::size_t participants = 40'000;
  const TwoArms trial(participants);
  const DropoutRules rules = rules_of(0.7);
  const std::vector<std::uint32_t> seen = trial.seen_under(rules);
  for (std::size_t v = 1; v <= 4; ++v) {
    double in = 0.0;
    for (const std::uint32_t of_one : seen) in += has(of_one, v) ? 1.0 : 0.0;
    const double expected = 1.0 - 0.3 * rules.shape[v - 1];
    EXPECT_GT(checks::binomial_p(in, participants, expected), checks::one_in_a_million) << v;
  }
}

TEST(Dropout, EverybodyIsThereAtBaselineAndWhoHasLeftStaysAway) {
  const TwoArms trial(2'000);
  DropoutRules rules = rules_of(0.5);
  for (const double per_value : {0.0, 1.0}) {
    rules.last_seen = rules.unseen = per_value;
    for (const std::uint32_t seen : trial.seen_under(rules)) {
      EXPECT_TRUE(has(seen, 0));
      EXPECT_EQ(seen & (seen + 1), 0U);  // ones, and from some visit on zeros
    }
  }
}

TEST(Dropout, AMissedVisitIsCaughtUpAgain) {
  const TwoArms trial(2'000);
  DropoutRules rules = rules_of(1.0);
  rules.missed_visit = 0.3;
  std::vector<double> there(5);
  for (const std::uint32_t seen : trial.seen_under(rules)) {
    EXPECT_TRUE(has(seen, 0));
    EXPECT_TRUE(has(seen, 4));
    for (std::size_t v = 1; v < 4; ++v) there[v] += has(seen, v) ? 1.0 : 0.0;
  }
  for (std::size_t v = 1; v < 4; ++v) {
    EXPECT_GT(checks::binomial_p(there[v], 2'000, 0.7), checks::one_in_a_million);
  }
}

TEST(Dropout, MissedVisitsAreApartFromLeaving) {
  const TwoArms trial(2'000);
  DropoutRules rules = rules_of(0.6);
  const std::vector<std::uint32_t> without = trial.seen_under(rules);
  rules.missed_visit = 0.3;
  const std::vector<std::uint32_t> with = trial.seen_under(rules);
  bool missed = false;
  for (std::size_t i = 0; i < with.size(); ++i) {
    EXPECT_EQ(with[i] & ~without[i], 0U);
    EXPECT_EQ(has(with[i], 4), has(without[i], 4));
    missed = missed || with[i] != without[i];
  }
  EXPECT_TRUE(missed);
}

/// The mean value at a visit of those who leave before it, and of those who stay.
std::pair<Moments, Moments> leavers_and_stayers(const TwoArms& trial, const std::vector<std::uint32_t>& seen,
                                                std::size_t of_visit) {
  std::pair<Moments, Moments> of;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const double value = trial.truth.at(EndpointId{0}, id_at<VisitId>(of_visit))[i];
    (has(seen[i], 1) ? of.second : of.first).add(value);
  }
  return of;
}

TEST(Dropout, TheWorseLeaveWhereTheirLastSeenValueMatters) {
  const TwoArms trial(20'000);
  DropoutRules rules = rules_of(0.5);
  rules.last_seen = 1.0;
  const auto [leave, stay] = leavers_and_stayers(trial, trial.seen_under(rules), 0);
  EXPECT_LT(leave.mean(), stay.mean() - 0.5);
}

TEST(Dropout, TheWorseLeaveWhereTheirUnseenValueMatters) {
  const TwoArms trial(20'000);
  DropoutRules rules = rules_of(0.5);
  rules.unseen = 1.0;
  const auto [leave, stay] = leavers_and_stayers(trial, trial.seen_under(rules), 1);
  EXPECT_LT(leave.mean(), stay.mean() - 0.5);
}

TEST(Dropout, WhoAttendsStaysWhereSessionsMatter) {
  const TwoArms trial(20'000);
  DropoutRules rules = rules_of(0.5);
  rules.per_session = -0.5;
  const std::vector<std::uint32_t> seen = trial.seen_under(rules);
  Moments leave;
  Moments stay;
  for (std::size_t i = 0; i < seen.size(); ++i)
    (has(seen[i], 4) ? stay : leave).add(trial.people.sessions[i]);
  EXPECT_GT(stay.mean(), leave.mean() + 0.5);
}

// Wall 4.

TEST(Dropout, MoreParticipantsMoveNobody) {
  const TwoArms few(100);
  const TwoArms many(300);
  DropoutRules rules = rules_of(0.6);
  rules.missed_visit = 0.2;
  const Dropout dropout = few.solve(rules);
  const std::vector<std::uint32_t> of_few = few.seen_under(dropout);
  const std::vector<std::uint32_t> of_many = many.seen_under(dropout);
  for (std::size_t i = 0; i < of_few.size(); ++i) EXPECT_EQ(of_few[i], of_many[i]);
}

TEST(Dropout, AVisitAtTheEndMovesNoneBefore) {
  const TwoArms four(300, 4);
  const TwoArms five(300, 5);
  DropoutRules rules = rules_of(0.6);
  rules.missed_visit = 0.2;
  std::vector<std::vector<double>> intercepts(4, std::vector<double>(2, -2.0));
  const Dropout over_four(rules, {}, Direction::higher_better, intercepts);
  intercepts.emplace_back(2, -2.0);
  const Dropout over_five(rules, {}, Direction::higher_better, intercepts);
  const std::vector<std::uint32_t> of_four = four.seen_under(over_four);
  const std::vector<std::uint32_t> of_five = five.seen_under(over_five);
  for (std::size_t i = 0; i < of_four.size(); ++i) {
    EXPECT_EQ(of_four[i] & 0b1111U, of_five[i] & 0b1111U);
    // Visit 4 is the last of four, which nobody misses and comes again; of five it may be missed.
    EXPECT_TRUE(has(of_four[i], 4) || !has(of_five[i], 4));
  }
}

}  // namespace
}  // namespace equipoise
