#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace equipoise {

/// A therapy group that formed at a site in an arm. Groups and therapists have addresses of their own, so
/// that their effects stay theirs whoever else is enrolled.
struct TherapyGroup {
  std::uint64_t address = 0;
  std::uint64_t therapist_address = 0;
  std::uint8_t arm = 0;
  std::uint16_t site = 0;
  std::uint32_t members = 0;
  double starts = 0.0;  // months since the trial opened
};

/// Who was enrolled, where, in which arm, and what reached them: one entry a participant, in order of
/// enrolment. Everything here is settled before any outcome is drawn.
struct People {
  std::vector<double> enrolled;     // months since the trial opened; 0 for all where nothing depends on it
  std::vector<std::uint16_t> site;  // counted from 0
  std::vector<std::uint8_t> arm;
  std::vector<std::int32_t> group;  // index into `groups`; -1: in no group
  std::vector<double> wait;         // months from the visits' time zero to the first session
  std::vector<double> sessions;     // attended
  std::vector<double> response;     // share of the full effect that these sessions bring, 0 to 1
  std::vector<double> practice;     // home practice at first, as a share of the minutes asked for

  std::vector<TherapyGroup> groups;

  void resize(std::size_t participants);
  [[nodiscard]] std::size_t count() const { return arm.size(); }
};

}  // namespace equipoise
