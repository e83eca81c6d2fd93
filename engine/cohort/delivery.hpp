#pragma once

#include "engine/base/named.hpp"

namespace equipoise {

/// How a therapy reaches the people of its arm.
struct Delivery {
  bool in_groups = false;     // partially nested: arms that do not meet have no group effects
  int sessions = 0;           // offered, one a week
  double never_attend = 0.0;  // probability of attending none
  double attendance_mean =
      1.0;  // of the beta-binomial share of the sessions, before a draw of none is repeated
  double attendance_rho = 0.0;  // intraclass correlation of the beta-binomial number of sessions, 0 to 1
  double half_dose = 0.0;       // sessions for half of what any number could bring; 0: proportional
  double practice_asked = 0.0;  // minutes of home practice a week
  double practice_mean = 0.0;   // minutes a week at first, among those who attend any session
  double practice_sd = 0.0;     // of the minutes, log-normal between participants
};

/// When therapy groups form and who leads them.
struct GroupRules {
  int size = 8;               // members at which a group starts
  int minimum = 3;            // members with which it may start when the wait is over
  double longest_wait = 1.5;  // months that the first member waits at most, once the minimum is there
  int groups_per_therapist = 3;
};

/// What a scenario's visit months count from.
enum class VisitClock { randomization, therapy_start };

template <>
struct NamesOf<VisitClock> {
  static constexpr std::array<Named<VisitClock>, 2> all{
      {{"randomization", VisitClock::randomization}, {"therapy_start", VisitClock::therapy_start}}};
};

}  // namespace equipoise
