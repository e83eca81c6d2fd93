#pragma once

#include <cstdint>
#include <vector>

#include "engine/design/trial_data.hpp"

namespace equipoise {

/// A therapy group while it lives.
struct TherapyGroup {
  std::uint8_t arm = 0;
  std::uint16_t site = 0;
  std::uint32_t members = 0;
  std::uint32_t therapist = 0;
  double starts = 0.0;  // months since the trial opened
};

/// Who was enrolled, where, in which arm, and what reached them: one entry a participant, in order of enrolment.
/// Everything here is settled before any outcome is drawn.
struct People {
  std::vector<double> enrolled;          // months since the trial opened
  std::vector<std::uint16_t> site;
  std::vector<std::uint8_t> arm;
  std::vector<std::int32_t> group;       // -1: in no group
  std::vector<std::uint32_t> therapist;  // read only where group >= 0
  std::vector<double> wait;              // months from the visits' time zero to the first session
  std::vector<double> sessions;          // attended
  std::vector<double> response;          // share of the full effect that these sessions bring, 0 to 1
  std::vector<double> practice;          // home practice once the sessions are over, as a share of the minutes asked for

  std::vector<TherapyGroup> groups;

  void resize(std::size_t participants);
  [[nodiscard]] std::size_t count() const { return arm.size(); }
};

}  // namespace equipoise
