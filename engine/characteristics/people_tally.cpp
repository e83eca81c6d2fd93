#include "engine/characteristics/people_tally.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::nan("");
}

double per(double sum, std::uint64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : std::nan("");
}

using Pack = PackedSum::Pack;
using Mask = std::int64_t __attribute__((vector_size(sizeof(Pack))));

// By reference: how a vector is returned depends on the instruction set.
template <class Vector, class Element>
void load(std::span<const Element> column, std::size_t i, Vector& vector) {
  std::memcpy(&vector, &column[i], sizeof vector);
}

struct Sums {
  double values = 0.0;
  double squares = 0.0;
};

double over_lanes(const Pack& pack) {
  return (pack[0] + pack[2]) + (pack[1] + pack[3]);
}

/// The sums of value - origin and of its square over one arm, without those whose value is unseen. A mask
/// where a branch would be: an arm is as good as random, and so is who is seen. Eight chains, written out, so
/// that the order of the additions is the same on every machine.
Sums sums_over(std::span<const double> column, std::span<const std::int64_t> members, double origin) {
  Pack values[2] = {};
  Pack squares[2] = {};
  std::size_t i = 0;
  for (; i + 8 <= column.size(); i += 8) {
    for (std::size_t k = 0; k < 2; ++k) {
      Pack value;
      Mask counted;
      load(column, i + 4 * k, value);
      load(members, i + 4 * k, counted);
      counted &= value == value;  // NOLINT(misc-redundant-expression): what is unseen differs from itself
      const auto beyond = reinterpret_cast<Pack>(reinterpret_cast<Mask>(value - origin) & counted);
      values[k] += beyond;
      squares[k] += beyond * beyond;
    }
  }
  Sums sums{over_lanes(values[0] + values[1]), over_lanes(squares[0] + squares[1])};
  for (; i < column.size(); ++i) {
    const double beyond = members[i] != 0 && !std::isnan(column[i]) ? column[i] - origin : 0.0;
    sums.values += beyond;
    sums.squares += beyond * beyond;
  }
  return sums;
}

/// How many of one arm were seen at a visit.
std::uint32_t count_seen(const TrialData& data, std::size_t arm, std::size_t visit) {
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < data.participants(); ++i) {
    count +=
        static_cast<std::uint32_t>(data.arm[i] == arm) & (data.seen[i] >> visit);  // the visit's bit alone
  }
  return count;
}

std::uint32_t count_never_attended(const People& people, std::size_t arm) {
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < people.count(); ++i) {
    count += static_cast<std::uint32_t>(people.arm[i] == arm) &
             static_cast<std::uint32_t>(people.sessions[i] == 0.0);
  }
  return count;
}

}  // namespace

PeopleTally::PeopleTally(const Plan& plan)
    : visit_count_(plan.design.visit_count()),
      arms_(plan.design.arms.size()),
      visits_(plan.design.endpoints.size() * visit_count_ * plan.design.arms.size()) {
  for (std::size_t e = 0; e < plan.design.endpoints.size(); ++e) {
    shifts_.push_back(plan.model->baseline_scale(id_at<EndpointId>(e)).mean);
  }
}

void PeopleTally::clear() {
  trials_ = 0;
  std::fill(arms_.begin(), arms_.end(), OfArm{});
  std::fill(visits_.begin(), visits_.end(), OfVisit{});
}

void PeopleTally::add(const TrialWorkspace& workspace) {
  ++trials_;
  find_arms(workspace.data.arm);
  add_people(workspace);
  add_values(workspace.data);
}

void PeopleTally::find_arms(std::span<const std::uint8_t> arm) {
  members_.resize(arms_.size() * arm.size());
  for (std::size_t a = 0; a < arms_.size(); ++a) {
    std::int64_t* const members = members_.data() + a * arm.size();
    for (std::size_t i = 0; i < arm.size(); ++i) members[i] = -static_cast<std::int64_t>(arm[i] == a);
  }
}

void PeopleTally::add_people(const TrialWorkspace& workspace) {
  const People& people = workspace.people;
  for (std::size_t a = 0; a < arms_.size(); ++a) {
    OfArm& arm = arms_[a];
    arm.enrolled += count_seen(workspace.data, a, baseline_visit.index());  // everybody is seen at baseline
    arm.retained += count_seen(workspace.data, a, visit_count_ - 1);
    arm.sessions += sums_over(people.sessions, members_of(a), 0.0).values;
    arm.never_attended += count_never_attended(people, a);
  }
  for (const TherapyGroup& group : people.groups) {
    ++arms_[group.arm].groups;
    arms_[group.arm].members += group.members;
  }
  if (!people.groups.empty()) add_waits(people);
}

void PeopleTally::add_waits(const People& people) {
  for (std::size_t i = 0; i < people.count(); ++i) {
    if (people.group[i] < 0) continue;
    const TherapyGroup& group = people.groups[static_cast<std::size_t>(people.group[i])];
    arms_[group.arm].wait += group.starts - people.enrolled[i];
  }
}

void PeopleTally::add_values(const TrialData& data) {
  for (std::size_t v = 0; v < visit_count_; ++v) {
    for (std::size_t a = 0; a < arms_.size(); ++a) {
      const std::uint32_t seen = count_seen(data, a, v);
      for (std::size_t e = 0; e < shifts_.size(); ++e) {
        const auto column = data.values.at(id_at<EndpointId>(e), id_at<VisitId>(v));
        const Sums sums = sums_over(column, members_of(a), shifts_[e]);
        OfVisit& to = visit_at(e, v, a);
        to.seen += seen;
        to.sum += sums.values;
        to.squares += sums.squares;
      }
    }
  }
}

void PeopleTally::merge(const PeopleTally& other) {
  trials_ += other.trials_;
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

ArmSummary PeopleTally::of_arm(std::size_t arm, const Plan& plan) const {
  const OfArm& sums = arms_[arm];
  ArmSummary of;
  of.name = plan.design.arms[arm].name;
  of.enrolled = share(sums.enrolled, trials_);
  of.retention = share(sums.retained, sums.enrolled);
  of.sessions_mean = per(sums.sessions, sums.enrolled);
  of.never_attended = share(sums.never_attended, sums.enrolled);
  of.groups = share(sums.groups, trials_);
  of.group_size = share(sums.members, sums.groups);
  of.wait = per(sums.wait, sums.members);
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

void PeopleTally::describe(const Plan& plan, Characteristics& all) const {
  for (std::size_t a = 0; a < arms_.size(); ++a) all.arms.push_back(of_arm(a, plan));
}

}  // namespace equipoise
