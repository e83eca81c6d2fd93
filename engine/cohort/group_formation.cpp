#include "engine/cohort/group_formation.hpp"

#include <algorithm>

namespace equipoise {
namespace {

// Site, arm and ordinal in one number: an address that no other site's or arm's groups can move.
std::uint64_t address_of(std::uint16_t site, std::uint8_t arm, std::uint32_t ordinal) {
  return (static_cast<std::uint64_t>(site) << 48U) | (static_cast<std::uint64_t>(arm) << 32U) | ordinal;
}

}  // namespace

GroupFormation::GroupFormation(std::size_t sites, std::vector<bool> in_groups, GroupRules rules,
                               VisitClock clock)
    : sites_(sites),
      in_groups_(std::move(in_groups)),
      rules_(rules),
      clock_(clock),
      any_(std::find(in_groups_.begin(), in_groups_.end(), true) != in_groups_.end()) {}

bool GroupFormation::has_started(const TherapyGroup& group, double now) const {
  return group.members >= static_cast<std::uint32_t>(rules_.minimum) && now > group.starts;
}

void GroupFormation::join(Filling& filling, double now, TherapyGroup& group) const {
  ++group.members;
  if (group.members <= static_cast<std::uint32_t>(rules_.minimum)) filling.ready = now;
  group.starts = std::max(filling.opened + rules_.longest_wait, filling.ready);
  if (group.members == static_cast<std::uint32_t>(rules_.size)) {
    group.starts = now;
    filling.group = -1;
  }
}

void GroupFormation::open(Filling& filling, std::size_t participant, People& people) const {
  const std::uint16_t site = people.site[participant];
  const std::uint8_t arm = people.arm[participant];
  const std::uint32_t ordinal = filling.formed++;
  const std::uint32_t therapist = ordinal / static_cast<std::uint32_t>(rules_.groups_per_therapist);
  filling.group = static_cast<std::int32_t>(people.groups.size());
  filling.opened = people.enrolled[participant];
  people.groups.push_back(
      {address_of(site, arm, ordinal), address_of(site, arm, therapist), arm, site, 0, 0.0});
}

void GroupFormation::operator()(Scratch& scratch, People& people) const {
  people.groups.clear();
  std::fill(people.group.begin(), people.group.end(), -1);
  std::fill(people.wait.begin(), people.wait.end(), 0.0);
  if (!any_) return;
  scratch.assign(sites_ * in_groups_.size(), {});
  for (std::size_t i = 0; i < people.count(); ++i) {
    if (!in_groups_[people.arm[i]]) continue;
    Filling& filling = scratch[people.site[i] * in_groups_.size() + people.arm[i]];
    const double now = people.enrolled[i];
    if (filling.group >= 0 && has_started(people.groups[static_cast<std::size_t>(filling.group)], now)) {
      filling.group = -1;
    }
    if (filling.group < 0) open(filling, i, people);
    people.group[i] = filling.group;
    join(filling, now, people.groups[static_cast<std::size_t>(filling.group)]);
  }
  for (const Filling& filling : scratch) {
    if (filling.group < 0) continue;
    double& starts = people.groups[static_cast<std::size_t>(filling.group)].starts;
    starts = std::min(starts, people.enrolled.back());
  }
  if (clock_ == VisitClock::therapy_start) return;
  for (std::size_t i = 0; i < people.count(); ++i) {
    if (people.group[i] < 0) continue;
    people.wait[i] = people.groups[static_cast<std::size_t>(people.group[i])].starts - people.enrolled[i];
  }
}

}  // namespace equipoise
