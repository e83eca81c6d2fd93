#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/cohort/delivery.hpp"
#include "engine/design/hypothesis.hpp"
#include "engine/design/time_unit.hpp"
#include "engine/scenario/analysis_part.hpp"
#include "engine/scenario/assurance_part.hpp"
#include "engine/scenario/schema/keys.hpp"
#include "engine/scenario/schema/value.hpp"
#include "engine/scenario/size_part.hpp"
#include "engine/scenario/sweep_part.hpp"
#include "engine/testing/multiplicity_words.hpp"

namespace equipoise {

// A scenario as its file says it. What a member is without its key stands here; what the key means stands in
// scenario_keys.cpp. An empty optional takes the condition's or the profile's value.

struct RunPart {
  std::optional<std::uint64_t> trials;
  std::optional<double> precision;
  std::uint64_t truth_participants = 1'000'000;
};

struct CohortPart {
  std::string profile;
  std::size_t participants = 0;
  std::size_t sites = 1;
  std::optional<std::size_t> block_size;
  std::optional<double> enrolment_rate;
  std::optional<double> site_icc;
};

struct SchedulePart {
  TimeUnit unit = TimeUnit::months;  // of the visits, wherever the scenario names one
  std::vector<double> visits;        // as the file lists them, or spread evenly
  std::optional<std::size_t> count;  // in the place of a list
  std::optional<double> last;
  VisitClock clock = VisitClock::randomization;
  std::vector<std::string> endpoints;
};

struct ArmPart {
  std::string name;
  std::string therapy;
  int allocation = 1;
  std::optional<double> retention;
};

struct GroupsPart {
  int size = GroupRules{}.size;
  int minimum = GroupRules{}.minimum;
  double longest_wait_weeks = 6.0;
  int groups_per_therapist = GroupRules{}.groups_per_therapist;
  std::optional<double> icc;
  std::optional<double> therapist_icc;
};

struct DropoutPart {
  std::optional<double> retention;
  std::optional<double> missed_visit;
  std::optional<std::string> endpoint;
  std::optional<double> per_session;
  std::optional<double> last_seen;
  std::optional<double> unseen;
};

struct HypothesisPart {
  std::string name;
  std::string endpoint;
  std::optional<double> visit;
  std::vector<double> visits;
  std::vector<std::string> compare;
  TestWord test = TestWord::superiority;
  std::optional<double> margin;
  Transform transform;
  std::optional<PowerCounts> power_counts;
  AnalysisPart analysis;
  std::vector<AnalysisPart> alternatives;
};

struct TestingPart {
  double alpha = 0.05;
  int sides = 2;
  MultiplicityMethod method = MultiplicityMethod::none;
  std::vector<double> weights;
  std::vector<std::vector<double>> transitions;
  std::vector<HypothesisWord> order;
  std::vector<FamilyWords> families;
};

struct Scenario {
  std::string title;
  std::string condition;
  std::uint64_t seed = 1;
  RunPart run;
  CohortPart cohort;
  SchedulePart schedule;
  std::vector<ArmPart> arms;
  GroupsPart groups;
  DropoutPart dropout;
  std::vector<HypothesisPart> hypotheses;
  TestingPart testing;
  SizePart size;
  std::optional<SweepPart> sweep;
  std::optional<SensitivityPart> sensitivity;
  std::optional<AssurancePart> assurance;
  ByName<Value> overrides;  // those of the condition's parameters
};

}  // namespace equipoise
