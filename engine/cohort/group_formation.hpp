#pragma once

#include <cstdint>
#include <vector>

#include "engine/cohort/delivery.hpp"
#include "engine/cohort/people.hpp"

namespace equipoise {

/// Therapy groups form in order of enrolment within site and arm. A group starts when it is full; or, once
/// its first member has waited the longest wait, as soon as it has the minimum. What is left when enrolment
/// ends starts as it is. Each therapist leads a number of groups of one site and arm, one after the other.
class GroupFormation {
 public:
  /// `in_groups` says of each arm whether it meets in groups.
  GroupFormation(std::size_t sites, std::vector<bool> in_groups, GroupRules rules, VisitClock clock);

  [[nodiscard]] bool any() const { return any_; }

  /// The group that is filling at one site in one arm.
  struct Filling {
    std::int32_t group = -1;   // index into People::groups; -1: none is open
    double opened = 0.0;       // when its first member was enrolled
    double ready = 0.0;        // when its last member up to the minimum was enrolled
    std::uint32_t formed = 0;  // groups so far, this one included
  };
  using Scratch = std::vector<Filling>;

  /// Fills `group`, `wait` and `groups`, given `enrolled`, `site` and `arm`.
  void operator()(Scratch& scratch, People& people) const;

 private:
  void open(Filling& filling, std::size_t participant, People& people) const;
  void join(Filling& filling, double now, TherapyGroup& group) const;
  [[nodiscard]] bool has_started(const TherapyGroup& group, double now) const;

  std::size_t sites_;
  std::vector<bool> in_groups_;
  GroupRules rules_;
  VisitClock clock_;
  bool any_;
};

}  // namespace equipoise
