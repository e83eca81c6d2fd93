#include "engine/scenario/scenario_keys.hpp"

#include <limits>

#include "engine/cohort/recruitment.hpp"
#include "engine/design/trial_data.hpp"
#include "engine/scenario/analysis_keys.hpp"
#include "engine/scenario/assurance_part.hpp"
#include "engine/scenario/sweep_part.hpp"
#include "engine/scenario/value_codec.hpp"

namespace equipoise {
namespace {

// Sites and arms are counted in so many bits (TrialData).
constexpr double most_sites = std::numeric_limits<std::uint16_t>::max();
// A block is shuffled whole, and an arm with a larger share than this would be the whole trial.
constexpr double most_allocation = 100;
// A visit is an appointment, a third of a day from another at the least: nearer ones would share their random
// numbers (unit_of_month). Nobody follows anybody for longer than fifty years, written in weeks.
constexpr double earliest_visit = 0.01;
constexpr double latest_visit = 2610;
// Ten years.
constexpr double longest_wait = 522;

}  // namespace

template <>
struct Codec<Transform> {
  static std::string type() { return "none | log1p | change | responder(N%)"; }
  static std::string text(const Transform& transform) { return "\"" + to_text(transform) + "\""; }
  static std::optional<Transform> read(const Value& value, const std::string& path, const KeyInfo&,
                                       Problems& problems) {
    if (!value.is_string()) {
      report_wrong_type(value, path, "one of the words " + type(), problems);
      return std::nullopt;
    }
    if (const auto transform = transform_of(value.text())) return transform;
    const std::vector<std::string> words = {"none", "log1p", "change", "responder(30%)"};
    report_unknown_word(value, path, words, problems);
    return std::nullopt;
  }
};

template <>
struct Codec<HypothesisWord> {
  static std::string type() { return "name or number of a hypothesis"; }
  static std::optional<HypothesisWord> read(const Value& value, const std::string& path, const KeyInfo&,
                                            Problems& problems) {
    if (value.is_string()) return HypothesisWord{value.text()};
    if (value.is_integer()) return HypothesisWord{std::to_string(value.integer())};
    report_wrong_type(value, path, "the name of a hypothesis, or its number", problems);
    return std::nullopt;
  }
  static std::string text(const HypothesisWord& word) { return "\"" + word.text + "\""; }
};

namespace {

Keys<RunPart> run_keys() {
  Keys<RunPart> keys;
  keys.key("trials", &RunPart::trials,
           {.doc = "Trials to simulate; with a precision, the most.",
            .unit = "trials",
            .range = between(1, 1e12),
            .default_text = "10000; with a precision, what it can take"})
      .key("precision", &RunPart::precision,
           {.doc = "Stop once the Monte Carlo standard error of every power is at most this.",
            .range = inside(0, 0.5)})
      .key("truth_participants", &RunPart::truth_participants,
           {.doc = "Simulated participants from whom the hypotheses' true values are found.",
            .unit = "participants",
            .range = between(1000, 1e9)});
  return keys;
}

Keys<CohortPart> cohort_keys() {
  Keys<CohortPart> keys;
  keys.key("profile", &CohortPart::profile,
           {.doc = "The published population that the participants resemble.", .need = Need::required})
      .key("participants", &CohortPart::participants,
           {.doc = "Participants randomized, over all arms and sites.",
            .unit = "participants",
            .range = between(2, most_participants),
            .need = Need::required})
      .key(
          "sites", &CohortPart::sites,
          {.doc = "Sites that enrol, each an equal share.", .unit = "sites", .range = between(1, most_sites)})
      .key("block_size", &CohortPart::block_size,
           {.doc = "Participants in a permuted block of a site; a multiple of the sum of the allocations.",
            .unit = "participants",
            .range = at_least(1),
            .default_text = "twice the sum of the allocations"})
      .key("enrolment_rate", &CohortPart::enrolment_rate,
           {.doc =
                "Participants enrolled a month over all sites; sets how long a therapy group takes to fill.",
            .unit = "participants a month",
            .range = between(slowest_enrolment, fastest_enrolment),
            .default_text = "the profile's"})
      .key("site_icc", &CohortPart::site_icc,
           {.doc = "Share of the variance at baseline that lies between sites.",
            .range = from_below(0, 1),
            .default_text = "the condition's"});
  return keys;
}

Keys<SchedulePart> schedule_keys() {
  Keys<SchedulePart> keys;
  keys.key("unit", &SchedulePart::unit,
           {.doc = "In what visits are counted, here and in the hypotheses; a month is a twelfth of 365.25 "
                   "days."})
      .key("visits", &SchedulePart::visits,
           {.doc = "When the follow-up visits are, in schedule.unit; baseline is not listed.",
            .range = between(earliest_visit, latest_visit),
            .default_text = "required, unless they are counted"})
      .key("count", &SchedulePart::count,
           {.doc = "Instead of a list of visits: so many follow-up visits, evenly spaced up to the last.",
            .unit = "visits",
            .range = between(1, static_cast<double>(most_visits - 1))})
      .key("last", &SchedulePart::last,
           {.doc = "When the last of the visits that are counted is, in schedule.unit.",
            .range = between(earliest_visit, latest_visit)})
      .key("clock", &SchedulePart::clock, {.doc = "What the times of the visits count from."})
      .key("endpoints", &SchedulePart::endpoints,
           {.doc = "Endpoints to measure and report beside those of the hypotheses."});
  return keys;
}

Keys<ArmPart> arm_keys() {
  Keys<ArmPart> keys;
  keys.key("name", &ArmPart::name, {.doc = "What the arm is called.", .need = Need::required})
      .key("therapy", &ArmPart::therapy,
           {.doc = "What the arm delivers: a therapy of the condition.", .need = Need::required})
      .key("allocation", &ArmPart::allocation,
           {.doc = "The arm's share of each block.", .range = between(1, most_allocation)})
      .key("retention", &ArmPart::retention,
           {.doc = "Share of the arm's participants still in the trial at the last visit.",
            .range = above_up_to(0, 1),
            .default_text = "dropout.retention"});
  return keys;
}

Keys<GroupsPart> groups_keys() {
  Keys<GroupsPart> keys;
  keys.key("size", &GroupsPart::size,
           {.doc = "Members at which a therapy group starts.", .unit = "participants", .range = at_least(1)})
      .key("minimum", &GroupsPart::minimum,
           {.doc = "Members with which a group may start once its first member has waited the longest wait.",
            .unit = "participants",
            .range = at_least(1)})
      .key("longest_wait", &GroupsPart::longest_wait_weeks,
           {.doc = "How long a group's first member waits at most, once the minimum is there.",
            .unit = "weeks",
            .range = between(0, longest_wait)})
      .key("groups_per_therapist", &GroupsPart::groups_per_therapist,
           {.doc = "Groups that one therapist leads, one after the other.",
            .unit = "groups",
            .range = at_least(1)})
      .key("icc", &GroupsPart::icc,
           {.doc = "Share of the variance at follow-up that lies between therapy groups.",
            .range = from_below(0, 1),
            .default_text = "the condition's"})
      .key("therapist_icc", &GroupsPart::therapist_icc,
           {.doc = "Share of the variance at follow-up that lies between therapists.",
            .range = from_below(0, 1),
            .default_text = "the condition's"});
  return keys;
}

Keys<DropoutPart> dropout_keys() {
  Keys<DropoutPart> keys;
  const std::string profile = "the profile's";
  keys.key("retention", &DropoutPart::retention,
           {.doc =
                "Share of the participants still in the trial at the last visit, in the arms that name none.",
            .range = above_up_to(0, 1),
            .default_text = profile})
      .key("missed_visit", &DropoutPart::missed_visit,
           {.doc = "Probability that somebody still in the trial misses a visit before the last.",
            .range = from_below(0, 1),
            .default_text = profile})
      .key("endpoint", &DropoutPart::endpoint,
           {.doc = "The endpoint whose values make people leave.", .default_text = profile})
      .key("per_session", &DropoutPart::per_session,
           {.doc = "Change of the log odds of leaving for each session attended.",
            .unit = "log odds",
            .range = between(-20, 20),
            .default_text = profile})
      .key("last_seen", &DropoutPart::last_seen,
           {.doc =
                "Change of the log odds of leaving for each SD that the last value seen is worse (missing at "
                "random).",
            .unit = "log odds",
            .range = between(-20, 20),
            .default_text = profile})
      .key(
          "unseen", &DropoutPart::unseen,
          {.doc =
               "Change of the log odds of leaving for each SD that the unseen value is worse (missing not at "
               "random).",
           .unit = "log odds",
           .range = between(-20, 20),
           .default_text = profile});
  return keys;
}

Keys<HypothesisPart> hypothesis_keys() {
  Keys<HypothesisPart> keys;
  keys.key("name", &HypothesisPart::name, {.doc = "What the hypothesis claims.", .need = Need::required})
      .key("endpoint", &HypothesisPart::endpoint,
           {.doc = "The endpoint that it is about.", .need = Need::required})
      .key(
          "visit", &HypothesisPart::visit,
          {.doc =
               "The visit that it is about, in schedule.unit; 0 would be baseline, which nothing can change.",
           .range = between(earliest_visit, latest_visit),
           .default_text = "required, unless visits are named"})
      .key("visits", &HypothesisPart::visits,
           {.doc = "Instead of one visit, several whose mean is compared (mmrm, gee, mixed over visits).",
            .range = between(earliest_visit, latest_visit)})
      .key("compare", &HypothesisPart::compare,
           {.doc = "The treatment arm and the comparator arm.", .need = Need::required})
      .key("test", &HypothesisPart::test, {.doc = "What is to be shown of the treatment."})
      .key("margin", &HypothesisPart::margin,
           {.doc = "Of noninferiority, equivalence and superiority_by_margin; on the analysed scale.",
            .range = above(0)})
      .key("transform", &HypothesisPart::transform, {.doc = "What is done to a value before it is analysed."})
      .key("power_counts", &HypothesisPart::power_counts,
           {.doc = "Which rejections of a two-sided superiority test count as power: those in favour of the "
                   "treatment (benefit), or those in favour of the comparator, too (either).",
            .default_text = "\"benefit\""})
      .table(
          "analysis", &HypothesisPart::analysis, analysis_keys(false),
          {.doc = "How the comparison is analysed, such as { method = \"ancova\", adjust = [\"baseline\"] }.",
           .need = Need::required})
      .tables("alternative", &HypothesisPart::alternatives, analysis_keys(true),
              {.doc = "Another analysis of the same hypothesis on the same participants, for comparison."});
  return keys;
}

Keys<FamilyWords> family_keys() {
  Keys<FamilyWords> keys;
  keys.key("hypotheses", &FamilyWords::hypotheses,
           {.doc = "The family's hypotheses; of a fixed sequence in their order.", .need = Need::required})
      .key("method", &FamilyWords::method,
           {.doc = "How they share what the family may spend of alpha.", .default_text = "\"holm\""})
      .key("weights", &FamilyWords::weights,
           {.doc = "Each hypothesis' share of what the family may spend; they sum to 1.",
            .range = above_up_to(0, 1),
            .default_text = "equal"})
      .key("truncation", &FamilyWords::truncation,
           {.doc = "Of holm: 1 is Holm's whole procedure, 0 Bonferroni's; below 1 a parallel gate lets "
                   "something through before all are rejected.",
            .range = between(0, 1),
            .default_text = "0.5 before a parallel gate, where the family has several; else 1"})
      .key("gate", &FamilyWords::gate,
           {.doc = "What lets the next family be tested: all of this one rejected (serial), or the alpha of "
                   "those rejected (parallel).",
            .default_text = "\"parallel\""});
  return keys;
}

Keys<TestingPart> testing_keys() {
  Keys<TestingPart> keys;
  keys.key("alpha", &TestingPart::alpha,
           {.doc = "The significance level of the trial.", .range = inside(0, 1)})
      .key("sides", &TestingPart::sides,
           {.doc = "Sides on which alpha is spent; a one-sided test takes half of a two-sided alpha.",
            .range = between(1, 2)})
      .key("method", &TestingPart::method, {.doc = "How the hypotheses share alpha."})
      .key(
          "weights", &TestingPart::weights,
          {.doc = "Each hypothesis' share of alpha, in their order; they sum to at most 1 (bonferroni, holm, "
                  "fallback, graph).",
           .range = between(0, 1),
           .default_text = "equal"})
      .key("transitions", &TestingPart::transitions,
           {.doc = "Of a graph: a row a hypothesis, what part of its share goes to each other once it is "
                   "rejected.",
            .range = between(0, 1),
            .default_text = "required by graph"})
      .key("order", &TestingPart::order,
           {.doc = "In which order the hypotheses are tested (fixed_sequence, fallback).",
            .default_text = "that of the file"})
      .tables("family", &TestingPart::families, family_keys(),
              {.doc = "Of gatekeeping: the families of hypotheses, in the order in which they are tested."});
  return keys;
}

}  // namespace

Keys<Scenario> scenario_keys() {
  Keys<Scenario> keys;
  keys.key("title", &Scenario::title, {.doc = "What the trial is, in a line.", .need = Need::required})
      .key("condition", &Scenario::condition,
           {.doc = "What the participants have: the name of a condition that ships, or a path to a folder.",
            .need = Need::required})
      .key("seed", &Scenario::seed,
           {.doc = "Number that all random numbers follow from.", .range = at_least(0)})
      .table("run", &Scenario::run, run_keys(), {.doc = "How much is simulated."})
      .table("cohort", &Scenario::cohort, cohort_keys(),
             {.doc = "Who takes part, how many and where.", .need = Need::required})
      .table("schedule", &Scenario::schedule, schedule_keys(),
             {.doc = "When participants are seen and what is measured.", .need = Need::required})
      .tables("arm", &Scenario::arms, arm_keys(),
              {.doc = "The arms that participants are randomized to.", .need = Need::required})
      .table("groups", &Scenario::groups, groups_keys(),
             {.doc = "How therapy groups form, in the arms that meet in groups."})
      .table("dropout", &Scenario::dropout, dropout_keys(), {.doc = "Who leaves the trial."})
      .tables("hypothesis", &Scenario::hypotheses, hypothesis_keys(),
              {.doc = "What the trial puts to the test.", .need = Need::required})
      .table("testing", &Scenario::testing, testing_keys(), {.doc = "When a hypothesis counts as shown."})
      .table("sweep", &Scenario::sweep, sweep_keys(),
             {.doc = "Values that `equipoise sweep` puts in the places of keys, a cell for each combination; "
                     "other commands pass over it."})
      .table("sensitivity", &Scenario::sensitivity, sensitivity_keys(),
             {.doc = "What is believed of keys, for `equipoise sweep` to tell which of them the power hangs "
                     "on; other commands pass over it."})
      .table(
          "assurance", &Scenario::assurance, assurance_keys(),
          {.doc = "With it `equipoise run` averages the power over what is not known: over the posterior of "
                  "the condition's calibration and over own beliefs."})
      .table("size", &Scenario::size, size_keys(), {.doc = "What equipoise size looks for."})
      .named("override", &Scenario::overrides,
             {.doc = "Any key above, or any parameter of the condition, by its dotted path."});
  return keys;
}

}  // namespace equipoise
