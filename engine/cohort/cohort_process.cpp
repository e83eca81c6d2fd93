#include "engine/cohort/cohort_process.hpp"

#include <algorithm>

#include "engine/base/expects.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

std::vector<bool> meets_in_groups(const std::vector<Delivery>& deliveries) {
  std::vector<bool> in_groups;
  for (const Delivery& delivery : deliveries) in_groups.push_back(delivery.in_groups);
  return in_groups;
}

}  // namespace

CohortProcess::CohortProcess(const Design& design, CohortRules rules)
    : participants_(design.participants),
      rules_(std::move(rules)),
      groups_(design.sites, meets_in_groups(rules_.deliveries), rules_.groups, rules_.clock),
      recruitment_(design.sites, rules_.enrolment_rate, groups_.any()),
      allocation_(design) {
  EQUIPOISE_EXPECTS(rules_.deliveries.size() == design.arms.size());
  for (const Delivery& delivery : rules_.deliveries) {
    attendance_varies_ = !attendance_.emplace_back(delivery).certain() || attendance_varies_;
    std::vector<double>& responses = responses_.emplace_back();
    for (int s = 0; s <= delivery.sessions; ++s) responses.push_back(dose_response(delivery, s));
    std::optional<LogNormal>& practice = practice_.emplace_back();
    if (delivery.practice_asked <= 0.0 || delivery.practice_mean <= 0.0) continue;
    practice.emplace(delivery.practice_mean / delivery.practice_asked,
                     delivery.practice_sd / delivery.practice_asked);
    practice_varies_ = true;
  }
}

void CohortProcess::operator()(const Streams& streams, Scratch& scratch, People& people) const {
  people.resize(participants_);
  scratch.column.resize(participants_);
  recruitment_(streams, people);
  allocation_(streams, scratch.allocation, people);
  groups_(scratch.groups, people);
  attend(streams, scratch, people);
  practise(streams, scratch, people);
}

void CohortProcess::attend(const Streams& streams, Scratch& scratch, People& people) const {
  if (attendance_varies_) fill_uniform(streams.at(Purpose::attendance, 0), scratch.column);
  for (std::size_t i = 0; i < people.count(); ++i) {
    const std::size_t arm = people.arm[i];
    const Attendance& attendance = attendance_[arm];
    const int sessions =
        attendance.certain() ? rules_.deliveries[arm].sessions : attendance(scratch.column[i]);
    people.sessions[i] = sessions;
    people.response[i] = responses_[arm][static_cast<std::size_t>(sessions)];
  }
}

void CohortProcess::practise(const Streams& streams, Scratch& scratch, People& people) const {
  std::fill(people.practice.begin(), people.practice.end(), 0.0);
  if (!practice_varies_) return;
  fill_normal(streams.at(Purpose::practice, 0), scratch.column);
  for (std::size_t i = 0; i < people.count(); ++i) {
    const std::optional<LogNormal>& share = practice_[people.arm[i]];
    if (share && people.sessions[i] > 0.0) people.practice[i] = share->from_normal(scratch.column[i]);
  }
}

}  // namespace equipoise
