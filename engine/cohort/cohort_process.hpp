#pragma once

#include <optional>
#include <vector>

#include "engine/cohort/allocation.hpp"
#include "engine/cohort/attendance.hpp"
#include "engine/cohort/delivery.hpp"
#include "engine/cohort/group_formation.hpp"
#include "engine/cohort/people.hpp"
#include "engine/cohort/recruitment.hpp"
#include "engine/design/design.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {

/// What a cohort needs besides the design on paper.
struct CohortRules {
  std::vector<Delivery> deliveries;  // one an arm
  GroupRules groups;
  VisitClock clock = VisitClock::randomization;
  double enrolment_rate = 1.0;  // participants a month over all sites
};

/// All that happens to participants before their outcomes are drawn: recruitment, allocation, therapy groups,
/// sessions attended and home practice. Immutable and shared between threads.
class CohortProcess {
 public:
  CohortProcess(const Design& design, CohortRules rules);

  /// What one thread needs.
  struct Scratch {
    Allocation::Scratch allocation;
    GroupFormation::Scratch groups;
    std::vector<double> column;  // numbers of one purpose, one a participant
  };

  /// Fills `people` with the design's number of participants.
  void operator()(const Streams& streams, Scratch& scratch, People& people) const;

  [[nodiscard]] const CohortRules& rules() const { return rules_; }

 private:
  void attend(const Streams& streams, Scratch& scratch, People& people) const;
  void practise(const Streams& streams, Scratch& scratch, People& people) const;

  std::size_t participants_;
  CohortRules rules_;
  GroupFormation groups_;
  Recruitment recruitment_;
  Allocation allocation_;
  std::vector<Attendance> attendance_;              // one an arm
  std::vector<std::vector<double>> responses_;      // one an arm: of every number of sessions
  std::vector<std::optional<LogNormal>> practice_;  // one an arm: share of the minutes asked, where any are
  bool attendance_varies_ = false;
  bool practice_varies_ = false;
};

}  // namespace equipoise
