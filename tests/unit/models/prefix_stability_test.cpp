#include <string>

#include <gtest/gtest.h>

#include "engine/trial/run_trial.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

// A random number belongs to the thing simulated. Each test draws one trial of the whole model, adds
// something to the design and compares everybody's true values: not one bit may move.

struct Written {
  int participants = 120;
  std::string visits = "3, 6";
  std::string endpoints = "\"pain_severity\", \"opioid_dose\"";
  std::string arms;
  std::string hypotheses;
};

std::string arm(const std::string& name, const std::string& therapy) {
  return "[[arm]]\nname = \"" + name + "\"\ntherapy = \"" + therapy + "\"\n";
}

std::string hypothesis(const std::string& name, int visit) {
  return "[[hypothesis]]\nname = \"" + name +
         "\"\nendpoint = \"pain_severity\"\nvisit = " + std::to_string(visit) +
         "\ncompare = [\"A\", \"B\"]\nanalysis = { method = \"ancova\", adjust = [\"baseline\"] }\n";
}

std::string text_of(const Written& scenario) {
  return "title = \"t\"\ncondition = \"opioid_treated_pain\"\nseed = 12\n[cohort]\nprofile = "
         "\"low_back\"\nparticipants = " +
         std::to_string(scenario.participants) + "\nsites = 3\n[schedule]\nvisits = [" + scenario.visits +
         "]\nclock = \"therapy_start\"\nendpoints = [" + scenario.endpoints +
         "]\n[dropout]\nlast_seen = 0.0\nper_session = 0.0\n" + scenario.arms + scenario.hypotheses;
}

Written usual() {
  return {.arms = arm("A", "cbt") + arm("B", "mindfulness"), .hypotheses = hypothesis("one", 6)};
}

/// One trial, as drawn.
struct Drawn {
  explicit Drawn(const Written& scenario, const std::vector<std::string>& set = {},
                 std::uint64_t replicate = 2)
      : study(study_from(text_of(scenario), set)), trial(study.plan) {
    draw_trial(study.plan, Streams(study.options.seed, replicate), trial);
  }
  Study study;
  TrialWorkspace trial;
};

/// Everybody in both, at the endpoints and visits of both.
void expect_same_truth(const Drawn& a, const Drawn& b, bool only_same_arm = false) {
  const std::size_t people = std::min(a.trial.people.count(), b.trial.people.count());
  const std::size_t endpoints =
      std::min(a.study.plan.design.endpoints.size(), b.study.plan.design.endpoints.size());
  const std::size_t visits = std::min(a.trial.truth.visits(), b.trial.truth.visits());
  std::size_t compared = 0;
  for (std::size_t e = 0; e < endpoints; ++e) {
    ASSERT_EQ(a.study.plan.design.endpoints[e].name, b.study.plan.design.endpoints[e].name);
    for (std::size_t v = 0; v < visits; ++v) {
      for (std::size_t i = 0; i < people; ++i) {
        const bool same_arm = a.study.plan.design.arms[a.trial.people.arm[i]].name ==
                              b.study.plan.design.arms[b.trial.people.arm[i]].name;
        if (only_same_arm && !same_arm) continue;
        ++compared;
        ASSERT_EQ(a.trial.truth.at(id_at<EndpointId>(e), id_at<VisitId>(v))[i],
                  b.trial.truth.at(id_at<EndpointId>(e), id_at<VisitId>(v))[i])
            << "endpoint " << e << " visit " << v << " participant " << i;
      }
    }
  }
  EXPECT_GT(compared, endpoints * visits * people / 5);
}

TEST(PrefixStability, MoreParticipantsMoveNobody) {
  Written more = usual();
  more.participants = 200;
  expect_same_truth(Drawn(usual()), Drawn(more));
}

TEST(PrefixStability, AVisitAtTheEndMovesNoneBefore) {
  Written more = usual();
  more.visits = "3, 6, 12";
  expect_same_truth(Drawn(usual()), Drawn(more));
}

TEST(PrefixStability, AVisitBetweenTakesNoOthersNumbers) {
  // Without anything that lasts between visits a value is made of its own visit's number alone.
  const std::vector<std::string> nothing_lasts = {
      "endpoint.pain_severity.level=0", "endpoint.pain_severity.serial=0", "endpoint.pain_severity.slope=0"};
  Written more = usual();
  more.visits = "3, 5, 6";
  const Drawn few(usual(), nothing_lasts);
  const Drawn many(more, nothing_lasts);
  for (std::size_t i = 0; i < few.trial.people.count(); ++i) {
    ASSERT_EQ(few.trial.truth.at(EndpointId{0}, VisitId{2})[i],
              many.trial.truth.at(EndpointId{0}, VisitId{3})[i]);
  }
}

TEST(PrefixStability, AnEndpointAtTheEndMovesNoneBefore) {
  for (const std::string endpoint : {"depression", "function"}) {  // the condition's last, and one between
    Written more = usual();
    more.endpoints += ", \"" + endpoint + "\"";
    expect_same_truth(Drawn(usual()), Drawn(more));
  }
}

TEST(PrefixStability, AHypothesisMovesNobody) {
  Written more = usual();
  more.hypotheses += hypothesis("two", 3);
  const Drawn few(usual());
  const Drawn many(more);
  expect_same_truth(few, many);
  EXPECT_EQ(few.trial.data.seen, many.trial.data.seen);
}

TEST(PrefixStability, AnotherArmMovesNobodyWhoseArmStays) {
  // In groups a person may meet other people: that is an effect of the design, not of the numbers. So without
  // groups.
  const std::vector<std::string> alone{"clusters.group=0", "clusters.therapist=0"};
  Written more = usual();
  more.arms += arm("C", "usual_care");
  expect_same_truth(Drawn(usual(), alone), Drawn(more, alone), true);
}

TEST(PrefixStability, AnotherArmMovesNobodyWhereNoTherapyDoesAnything) {
  Written few = usual();
  few.arms = arm("A", "usual_care") + arm("B", "usual_care");
  Written many = few;
  many.arms += arm("C", "usual_care");
  expect_same_truth(Drawn(few), Drawn(many));
}

TEST(PrefixStability, AnotherEffectMovesNobodyElse) {
  const Drawn before(usual());
  const Drawn after(usual(), {"therapy.mindfulness.effect.pain_severity=2.0"});
  for (std::size_t v = 0; v < 3; ++v) {
    for (std::size_t i = 0; i < before.trial.people.count(); ++i) {
      const bool treated = before.trial.people.arm[i] == 1 && v > 0;
      if (treated) continue;
      EXPECT_EQ(before.trial.truth.at(EndpointId{0}, id_at<VisitId>(v))[i],
                after.trial.truth.at(EndpointId{0}, id_at<VisitId>(v))[i]);
    }
  }
}

TEST(PrefixStability, TheRetentionMovesNobodysTruth) {
  expect_same_truth(Drawn(usual()), Drawn(usual(), {"dropout.retention=0.4"}));
}

}  // namespace
}  // namespace equipoise
