#include "engine/cohort/solve_dropout.hpp"

#include <cmath>
#include <limits>
#include <span>

#include "engine/base/expects.hpp"
#include "engine/numeric/root.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

constexpr double nobody = -std::numeric_limits<double>::infinity();
// Beyond this many logits from 0 a hazard is 0 or 1 for every trial that could be run.
constexpr double widest_logit = 60.0;
// The solving cohort's own numbers: far from any replicate that a run could reach.
constexpr std::uint64_t solving_seed = 20'220'228;
constexpr std::uint64_t first_solving_replicate = std::uint64_t{1} << 62U;

double logit(double p) {
  return std::log(p / (1.0 - p));
}

/// The share still in the trial after each visit that a goal asks for.
std::vector<double> wanted_shares(const RetentionGoal& goal, const std::vector<double>& shape) {
  std::vector<double> shares;
  for (const double lost : shape) shares.push_back(1.0 - (1.0 - goal.retention) * lost);
  return shares;
}

/// Of everybody in the solving cohort: the arm, and at each visit the part of the logit hazard that is their
/// own.
struct SolvingCohort {
  std::vector<std::uint8_t> arm;
  std::vector<std::vector<double>> predictor;  // [visit - 1][participant]
};

void add_predictors(const Dropout& rules_of_person, const People& people, const Columns& truth,
                    const std::vector<double>& miss, SolvingCohort& cohort) {
  const DropoutRules& rules = rules_of_person.rules();
  const std::size_t visits = cohort.predictor.size();
  for (std::size_t i = 0; i < people.count(); ++i) {
    cohort.arm.push_back(people.arm[i]);
    double last = rules_of_person.standardized(truth.at(rules.endpoint, baseline_visit)[i]);
    for (std::size_t v = 1; v <= visits; ++v) {
      const double now = rules_of_person.standardized(truth.at(rules.endpoint, id_at<VisitId>(v))[i]);
      cohort.predictor[v - 1].push_back(rules.per_session * people.sessions[i] + rules.last_seen * last +
                                        rules.unseen * now);
      const bool missed = v < visits && miss[(v - 1) * people.count() + i] < rules.missed_visit;
      if (!missed) last = now;
    }
  }
}

SolvingCohort draw_solving_cohort(const Design& design, const CohortProcess& process,
                                  const OutcomeModel& model, const Dropout& rules_of_person,
                                  std::size_t participants) {
  const std::size_t visits = design.visits.size();
  SolvingCohort cohort;
  cohort.predictor.resize(visits);
  CohortProcess::Scratch scratch;
  const auto model_scratch = model.make_scratch();
  People people;
  Columns truth;
  std::vector<double> miss(design.participants * visits);
  truth.resize(design.participants, design.endpoints.size(), design.visit_count());
  for (std::uint64_t replicate = 0; cohort.arm.size() < participants; ++replicate) {
    const Streams streams(solving_seed, first_solving_replicate + replicate);
    process(streams, scratch, people);
    model.draw(streams, people, Influences{}, *model_scratch, truth);
    for (std::size_t visit = 1; visit < visits; ++visit) {
      fill_uniform(streams.at(Purpose::missed_visit, visit),
                   std::span(miss).subspan((visit - 1) * people.count(), people.count()));
    }
    add_predictors(rules_of_person, people, truth, miss, cohort);
  }
  return cohort;
}

/// Solves one goal visit by visit: each participant stays with a probability, nobody is tossed for.
void solve_goal(const RetentionGoal& goal, const SolvingCohort& cohort, const std::vector<double>& shape,
                std::vector<std::vector<double>>& intercepts) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < cohort.arm.size(); ++i) {
    for (const ArmId arm : goal.arms) {
      if (cohort.arm[i] == arm.value) members.push_back(i);
    }
  }
  const std::vector<double> wanted = wanted_shares(goal, shape);
  std::vector<double> staying(members.size(), 1.0);
  double share = 1.0;
  for (std::size_t v = 0; v < wanted.size(); ++v) {
    if (wanted[v] >= share) continue;
    const auto excess = [&](double intercept) {
      double stay = 0.0;
      for (std::size_t m = 0; m < members.size(); ++m) {
        stay += staying[m] / (1.0 + std::exp(intercept + cohort.predictor[v][members[m]]));
      }
      return stay / static_cast<double>(members.size()) - wanted[v];
    };
    const double intercept = find_root(excess, -widest_logit, widest_logit);
    for (const ArmId arm : goal.arms) intercepts[v][arm.index()] = intercept;
    for (std::size_t m = 0; m < members.size(); ++m) {
      staying[m] /= 1.0 + std::exp(intercept + cohort.predictor[v][members[m]]);
    }
    share = wanted[v];
  }
}

}  // namespace

Dropout solve_dropout(const Design& design, const CohortProcess& process, const OutcomeModel& model,
                      const DropoutRules& rules, std::size_t participants) {
  EQUIPOISE_EXPECTS(rules.shape.size() == design.visits.size());
  std::vector<std::vector<double>> intercepts(design.visits.size(),
                                              std::vector<double>(design.arms.size(), nobody));
  const OutcomeModel::Scale scale = model.baseline_scale(rules.endpoint);
  const Direction better = design.endpoints[rules.endpoint.index()].better;
  if (!rules.depends_on_person()) {
    for (const RetentionGoal& goal : rules.goals) {
      double share = 1.0;
      const std::vector<double> wanted = wanted_shares(goal, rules.shape);
      for (std::size_t v = 0; v < wanted.size(); ++v) {
        if (wanted[v] >= share) continue;
        for (const ArmId arm : goal.arms) intercepts[v][arm.index()] = logit(1.0 - wanted[v] / share);
        share = wanted[v];
      }
    }
    return {rules, scale, better, std::move(intercepts)};
  }
  const Dropout rules_of_person(rules, scale, better, intercepts);
  const SolvingCohort cohort = draw_solving_cohort(design, process, model, rules_of_person, participants);
  for (const RetentionGoal& goal : rules.goals) solve_goal(goal, cohort, rules.shape, intercepts);
  return {rules, scale, better, std::move(intercepts)};
}

}  // namespace equipoise
