#include "engine/cohort/dropout.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

/// 1 - h of a hazard h on the logit scale.
double stay(double logit_hazard) {
  return 1.0 / (1.0 + std::exp(logit_hazard));
}

}  // namespace

Dropout::Dropout(DropoutRules rules, OutcomeModel::Scale scale, Direction better,
                 std::vector<std::vector<double>> intercepts)
    : rules_(std::move(rules)), scale_(scale), worse_(-sign_of(better)), intercepts_(std::move(intercepts)) {
  const std::size_t arms = intercepts_.empty() ? 0 : intercepts_.front().size();
  for (std::size_t arm = 0; arm < arms; ++arm) {
    double staying = 1.0;
    for (const std::vector<double>& of_visit : intercepts_) {
      staying *= stay(of_visit[arm]);
      staying_.push_back(staying);
    }
  }
}

void Dropout::miss_visits(const Streams& streams, Scratch& scratch) const {
  scratch.missed.assign(scratch.luck.size(), 0U);
  if (rules_.missed_visit <= 0.0) return;
  scratch.column.resize(scratch.luck.size());
  for (std::size_t visit = 1; visit < intercepts_.size(); ++visit) {
    fill_uniform(streams.at(Purpose::missed_visit, visit), scratch.column);
    for (std::size_t i = 0; i < scratch.missed.size(); ++i) {
      scratch.missed[i] |= static_cast<std::uint32_t>(scratch.column[i] < rules_.missed_visit) << visit;
    }
  }
}

void Dropout::leave_by_arm(const People& people, const Scratch& scratch,
                           std::span<std::uint32_t> seen) const {
  const std::size_t visits = intercepts_.size();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const double* const staying = staying_.data() + people.arm[i] * visits;
    std::uint32_t there = 1;
    for (std::size_t v = 0; v < visits; ++v) {
      there |= static_cast<std::uint32_t>(scratch.luck[i] < staying[v]) << (v + 1);
    }
    seen[i] = there & ~scratch.missed[i];
  }
}

std::uint32_t Dropout::visits_of(std::size_t participant, const People& people, const Columns& truth,
                                 double luck, std::uint32_t missed) const {
  const std::size_t arm = people.arm[participant];
  const double of_sessions = rules_.per_session * people.sessions[participant];
  double last = standardized(truth.at(rules_.endpoint, baseline_visit)[participant]);
  double staying = 1.0;
  std::uint32_t there = 1;
  for (std::size_t visit = 1; visit <= intercepts_.size(); ++visit) {
    const double now = standardized(truth.at(rules_.endpoint, id_at<VisitId>(visit))[participant]);
    staying *=
        stay(intercepts_[visit - 1][arm] + of_sessions + rules_.last_seen * last + rules_.unseen * now);
    if (luck >= staying) break;
    if (((missed >> visit) & 1U) != 0) continue;
    there |= 1U << visit;
    last = now;
  }
  return there;
}

void Dropout::operator()(const Streams& streams, const People& people, const Columns& truth, Scratch& scratch,
                         std::span<std::uint32_t> seen) const {
  scratch.luck.resize(people.count());
  fill_uniform(streams.at(Purpose::dropout, 0), scratch.luck);
  miss_visits(streams, scratch);
  if (!rules_.depends_on_person()) {
    leave_by_arm(people, scratch, seen);
    return;
  }
  for (std::size_t i = 0; i < people.count(); ++i) {
    seen[i] = visits_of(i, people, truth, scratch.luck[i], scratch.missed[i]);
  }
}

}  // namespace equipoise
