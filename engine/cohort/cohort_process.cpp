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
    attendance_.emplace_back(delivery);
    std::vector<double>& responses = responses_.emplace_back();
    for (int s = 0; s <= delivery.sessions; ++s) responses.push_back(dose_response(delivery, s));
  }
}

void CohortProcess::operator()(const Streams& streams, Scratch& scratch, People& people) const {
  people.resize(participants_);
  recruitment_(streams, people);
  allocation_(streams, scratch.allocation, people);
  groups_(scratch.groups, people);
  attend(streams, scratch, people);
  practise(streams, people);
}

void CohortProcess::attend(const Streams& streams, Scratch& scratch, People& people) const {
  const bool drawn =
      std::any_of(attendance_.begin(), attendance_.end(), [](const Attendance& a) { return !a.certain(); });
  scratch.uniforms.resize(people.count());
  if (drawn) {
    fill_uniform(streams, Purpose::attendance, 0, people.count(), 1, 0, scratch.uniforms.data(),
                 people.count());
  }
  for (std::size_t i = 0; i < people.count(); ++i) {
    const std::size_t arm = people.arm[i];
    const Attendance& attendance = attendance_[arm];
    const int sessions =
        attendance.certain() ? rules_.deliveries[arm].sessions : attendance(scratch.uniforms[i]);
    people.sessions[i] = sessions;
    people.response[i] = responses_[arm][static_cast<std::size_t>(sessions)];
  }
}

void CohortProcess::practise(const Streams& streams, People& people) const {
  std::fill(people.practice.begin(), people.practice.end(), 0.0);
  const auto asks = [](const Delivery& d) { return d.practice_asked > 0.0 && d.practice_mean > 0.0; };
  if (std::none_of(rules_.deliveries.begin(), rules_.deliveries.end(), asks)) return;
  for (std::size_t i = 0; i < people.count(); ++i) {
    const Delivery& delivery = rules_.deliveries[people.arm[i]];
    if (!asks(delivery) || people.sessions[i] == 0.0) continue;
    Stream stream = streams.at(Purpose::practice, i);
    const LogNormal minutes(delivery.practice_mean, delivery.practice_sd);
    people.practice[i] = minutes(stream) / delivery.practice_asked;
  }
}

}  // namespace equipoise
