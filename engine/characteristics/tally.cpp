#include "engine/characteristics/tally.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {
namespace {

// A true value this many of its own standard errors from the null is not told from the null.
constexpr double standard_errors_of_null = 3.0;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::nan("");
}

double per(double sum, std::uint64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : std::nan("");
}

/// A proportion with its binomial standard error.
Simulated proportion(std::uint64_t part, std::uint64_t whole) {
  const double p = share(part, whole);
  return {p, std::sqrt(p * (1.0 - p) / static_cast<double>(whole))};
}

bool null_holds(const PlannedTest& test, const Hypothesis& hypothesis, const Simulated& truth, Level level) {
  const double tolerance = standard_errors_of_null * truth.mcse;
  const double gain = sign_of(better_after(test.contrast.transform, test.contrast.better)) *
                      truth.value;  // positive where better
  switch (hypothesis.test) {
    case TestKind::superiority:
      if (level.sides == 2 && hypothesis.margin == 0.0) return std::abs(gain) <= tolerance;
      return gain <= hypothesis.margin + tolerance;
    case TestKind::noninferiority:
      return gain <= -hypothesis.margin + tolerance;
    case TestKind::equivalence:
      return std::abs(gain) >= hypothesis.margin - tolerance;
  }
  return false;
}

}  // namespace

Tally::Tally(const Plan& plan, std::span<const Simulated> truths)
    : truths_(truths.begin(), truths.end()),
      visit_count_(plan.design.visit_count()),
      tests_(plan.tests.size()),
      arms_(plan.design.arms.size()),
      visits_(plan.design.endpoints.size() * visit_count_ * plan.design.arms.size()) {
  for (std::size_t e = 0; e < plan.design.endpoints.size(); ++e) {
    shifts_.push_back(plan.model->baseline_scale(id_at<EndpointId>(e)).mean);
  }
}

void Tally::clear() {
  trials_ = any_ = all_ = 0;
  std::fill(tests_.begin(), tests_.end(), OfTest{});
  std::fill(arms_.begin(), arms_.end(), OfArm{});
  std::fill(visits_.begin(), visits_.end(), OfVisit{});
}

void Tally::add(const TrialOutcome& outcome, const TrialWorkspace& workspace) {
  ++trials_;
  add_tests(outcome);
  add_people(workspace);
  add_values(workspace.data);
}

void Tally::add_tests(const TrialOutcome& outcome) {
  std::size_t rejected = 0;
  for (std::size_t h = 0; h < tests_.size(); ++h) {
    const TestOutcome& from = outcome.tests[h];
    OfTest& to = tests_[h];
    rejected += from.rejected ? 1U : 0U;
    to.rejected += from.rejected ? 1U : 0U;
    to.rejected_alone += from.rejected_alone ? 1U : 0U;
    ++to.status[static_cast<std::size_t>(from.estimate.status)];
    if (!from.estimate.usable()) continue;
    to.estimate.add(from.estimate.value);
    to.squared_se.add(from.estimate.se * from.estimate.se);
    const double truth = truths_[h].value;
    to.covered += from.estimate.lower <= truth && truth <= from.estimate.upper ? 1U : 0U;
  }
  any_ += rejected > 0 ? 1U : 0U;
  all_ += rejected == tests_.size() ? 1U : 0U;
}

void Tally::add_people(const TrialWorkspace& workspace) {
  const People& people = workspace.people;
  for (std::size_t i = 0; i < people.count(); ++i) {
    OfArm& arm = arms_[people.arm[i]];
    ++arm.enrolled;
    arm.retained += (workspace.data.seen[i] >> (visit_count_ - 1)) & 1U;
    arm.never_attended += people.sessions[i] == 0.0 ? 1U : 0U;
    arm.sessions += people.sessions[i];
    if (people.group[i] >= 0) {
      arm.wait += people.groups[static_cast<std::size_t>(people.group[i])].starts - people.enrolled[i];
    }
  }
  for (const TherapyGroup& group : people.groups) {
    ++arms_[group.arm].groups;
    arms_[group.arm].members += group.members;
  }
}

void Tally::add_values(const TrialData& data) {
  for (std::size_t e = 0; e < shifts_.size(); ++e) {
    for (std::size_t v = 0; v < visit_count_; ++v) {
      const auto column = data.values.at(id_at<EndpointId>(e), id_at<VisitId>(v));
      OfVisit* const by_arm = &visit_at(e, v, 0);
      for (std::size_t i = 0; i < column.size(); ++i) {
        const std::uint32_t seen = (data.seen[i] >> v) & 1U;
        const double value = seen != 0 ? column[i] - shifts_[e] : 0.0;
        OfVisit& to = by_arm[data.arm[i]];
        to.seen += seen;
        to.sum += value;
        to.squares += value * value;
      }
    }
  }
}

void Tally::merge(const Tally& other) {
  trials_ += other.trials_;
  any_ += other.any_;
  all_ += other.all_;
  for (std::size_t h = 0; h < tests_.size(); ++h) {
    OfTest& to = tests_[h];
    const OfTest& from = other.tests_[h];
    to.rejected += from.rejected;
    to.rejected_alone += from.rejected_alone;
    to.covered += from.covered;
    to.estimate.merge(from.estimate);
    to.squared_se.merge(from.squared_se);
    for (std::size_t s = 0; s < fit_status_count; ++s) to.status[s] += from.status[s];
  }
  for (std::size_t a = 0; a < arms_.size(); ++a) {
    OfArm& to = arms_[a];
    const OfArm& from = other.arms_[a];
    to.enrolled += from.enrolled;
    to.retained += from.retained;
    to.never_attended += from.never_attended;
    to.groups += from.groups;
    to.members += from.members;
    to.sessions += from.sessions;
    to.wait += from.wait;
  }
  for (std::size_t k = 0; k < visits_.size(); ++k) {
    visits_[k].seen += other.visits_[k].seen;
    visits_[k].sum += other.visits_[k].sum;
    visits_[k].squares += other.visits_[k].squares;
  }
}

double Tally::worst_power_mcse() const {
  double worst = 0.0;
  for (const OfTest& test : tests_) {
    // Two successes and two failures are added (Agresti and Coull 1998): a power of 0 or 1 so far is not yet
    // known exactly.
    worst = std::max(worst, proportion(test.rejected + 2, trials_ + 4).mcse);
  }
  return worst;
}

TestCharacteristics Tally::of_test(std::size_t test, const Plan& plan) const {
  const OfTest& sums = tests_[test];
  const Hypothesis& hypothesis = plan.design.hypotheses[test];
  const auto usable = static_cast<double>(sums.estimate.count());
  TestCharacteristics of;
  of.name = hypothesis.name;
  of.truth = truths_[test];
  of.null_is_true = null_holds(plan.tests[test], hypothesis, of.truth, plan.level);
  of.power = proportion(sums.rejected, trials_);
  of.power_alone = proportion(sums.rejected_alone, trials_);
  of.mean_estimate = {sums.estimate.mean(), sums.estimate.standard_error()};
  of.bias = {sums.estimate.mean() - of.truth.value,
             std::hypot(sums.estimate.standard_error(), of.truth.mcse)};
  // The standard error of a standard deviation, and by the delta method of a root mean (Morris, White and
  // Crowther, Statistics in Medicine 2019;38:2074, table 6).
  of.empirical_se = {sums.estimate.sd(), sums.estimate.sd() / std::sqrt(2.0 * (usable - 1.0))};
  const double model_se = std::sqrt(sums.squared_se.mean());
  of.model_se = {model_se, sums.squared_se.standard_error() / (2.0 * model_se)};
  of.coverage = proportion(sums.covered, sums.estimate.count());
  of.status = sums.status;
  return of;
}

ArmSummary Tally::of_arm(std::size_t arm, const Plan& plan) const {
  const OfArm& sums = arms_[arm];
  ArmSummary of;
  of.name = plan.design.arms[arm].name;
  of.enrolled = share(sums.enrolled, trials_);
  of.retention = share(sums.retained, sums.enrolled);
  of.sessions_mean = per(sums.sessions, sums.enrolled);
  of.never_attended = share(sums.never_attended, sums.enrolled);
  of.groups = share(sums.groups, trials_);
  of.group_size = sums.groups > 0 ? share(sums.members, sums.groups) : 0.0;
  of.wait = per(sums.wait, sums.enrolled);
  for (std::size_t e = 0; e < shifts_.size(); ++e) {
    EndpointSummary& endpoint = of.endpoints.emplace_back();
    endpoint.endpoint = plan.design.endpoints[e].name;
    for (std::size_t v = 0; v < visit_count_; ++v) {
      const OfVisit& visit = visit_at(e, v, arm);
      const double mean = per(visit.sum, visit.seen);
      const auto n = static_cast<double>(visit.seen);
      endpoint.mean.push_back(shifts_[e] + mean);
      endpoint.sd.push_back(std::sqrt(std::max(0.0, visit.squares - n * mean * mean) / (n - 1.0)));
      endpoint.observed.push_back(share(visit.seen, sums.enrolled));
    }
  }
  return of;
}

Characteristics Tally::characteristics(const Plan& plan) const {
  Characteristics all;
  all.trials = trials_;
  all.any = proportion(any_, trials_);
  all.all = proportion(all_, trials_);
  for (std::size_t h = 0; h < tests_.size(); ++h) all.tests.push_back(of_test(h, plan));
  for (std::size_t a = 0; a < arms_.size(); ++a) all.arms.push_back(of_arm(a, plan));
  return all;
}

}  // namespace equipoise
