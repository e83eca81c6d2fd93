#include "engine/cohort/dropout.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

}  // namespace

Dropout::Dropout(DropoutRules rules, OutcomeModel::Scale scale, Direction better,
                 std::vector<std::vector<double>> intercepts)
    : rules_(std::move(rules)), scale_(scale), worse_(-sign_of(better)), intercepts_(std::move(intercepts)) {
  for (const std::vector<double>& of_visit : intercepts_) {
    std::vector<double>& hazards = hazards_.emplace_back();
    for (const double intercept : of_visit) hazards.push_back(logistic(intercept));
  }
}

void Dropout::leave_by_arm(std::size_t visit, const People& people, std::span<const double> uniforms,
                           std::span<std::uint32_t> in) const {
  const std::vector<double>& hazards = hazards_[visit - 1];
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i] &= static_cast<std::uint32_t>(uniforms[i] >= hazards[people.arm[i]]);
  }
}

void Dropout::leave_by_person(std::size_t visit, const People& people, const Columns& truth,
                              std::span<const double> uniforms, Scratch& scratch,
                              std::span<std::uint32_t> in) const {
  const std::vector<double>& intercepts = intercepts_[visit - 1];
  const auto now = truth.at(rules_.endpoint, id_at<VisitId>(visit));
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == 0) continue;
    const double predictor = intercepts[people.arm[i]] + rules_.per_session * people.sessions[i] +
                             rules_.last_seen * scratch.last_seen[i] + rules_.unseen * standardized(now[i]);
    if (uniforms[i] < logistic(predictor)) in[i] = 0;
  }
}

void Dropout::operator()(const Streams& streams, const People& people, const Columns& truth, Scratch& scratch,
                         std::span<std::uint32_t> seen) const {
  const std::size_t count = people.count();
  const std::size_t visits = intercepts_.size();
  std::fill(seen.begin(), seen.end(), 1U);
  if (visits == 0) return;
  scratch.leave.resize(count * visits);
  fill_uniform(streams, Purpose::dropout, 0, count, visits, 0, scratch.leave.data(), count);
  const bool misses = rules_.missed_visit > 0.0 && visits > 1;
  if (misses) {
    scratch.miss.resize(count * (visits - 1));
    fill_uniform(streams, Purpose::missed_visit, 0, count, visits - 1, 0, scratch.miss.data(), count);
  }
  const bool by_person = rules_.depends_on_person();
  if (by_person) {
    scratch.last_seen.resize(count);
    const auto baseline = truth.at(rules_.endpoint, baseline_visit);
    for (std::size_t i = 0; i < count; ++i) scratch.last_seen[i] = standardized(baseline[i]);
  }
  scratch.in.assign(count, 1U);
  for (std::size_t visit = 1; visit <= visits; ++visit) {
    const std::span<const double> leave{scratch.leave.data() + (visit - 1) * count, count};
    if (by_person) {
      leave_by_person(visit, people, truth, leave, scratch, scratch.in);
    } else {
      leave_by_arm(visit, people, leave, scratch.in);
    }
    const double* miss = misses && visit < visits ? scratch.miss.data() + (visit - 1) * count : nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      const bool there = scratch.in[i] != 0 && (miss == nullptr || miss[i] >= rules_.missed_visit);
      seen[i] |= static_cast<std::uint32_t>(there) << visit;
    }
    if (!by_person) continue;
    const auto now = truth.at(rules_.endpoint, id_at<VisitId>(visit));
    for (std::size_t i = 0; i < count; ++i) {
      if (((seen[i] >> visit) & 1U) != 0) scratch.last_seen[i] = standardized(now[i]);
    }
  }
}

}  // namespace equipoise
