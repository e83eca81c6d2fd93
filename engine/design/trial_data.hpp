#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "engine/design/ids.hpp"

namespace equipoise {

/// A value that nobody saw.
inline constexpr double unseen = std::numeric_limits<double>::quiet_NaN();

/// Values of every endpoint at every visit, one column of participants each; the columns of one endpoint
/// follow each other in the order of its visits. Resizing keeps the storage, so that a workspace allocates
/// only while it grows.
class Columns {
 public:
  void resize(std::size_t participants, std::size_t endpoints, std::size_t visits) {
    participants_ = participants;
    visits_ = visits;
    values_.resize(participants * endpoints * visits);
  }
  [[nodiscard]] std::span<double> at(EndpointId endpoint, VisitId visit) {
    return {values_.data() + offset(endpoint, visit), participants_};
  }
  [[nodiscard]] std::span<const double> at(EndpointId endpoint, VisitId visit) const {
    return {values_.data() + offset(endpoint, visit), participants_};
  }
  [[nodiscard]] std::size_t participants() const { return participants_; }
  [[nodiscard]] std::size_t visits() const { return visits_; }

 private:
  [[nodiscard]] std::size_t offset(EndpointId endpoint, VisitId visit) const {
    return (endpoint.index() * visits_ + visit.index()) * participants_;
  }

  std::vector<double> values_;
  std::size_t participants_ = 0;
  std::size_t visits_ = 0;
};

/// What a statistician sees of one trial. A value that was not observed is `unseen` (NaN).
struct TrialData {
  std::vector<std::uint8_t> arm;    // ArmId of each participant
  std::vector<std::uint32_t> site;  // counted from 0
  std::vector<std::int32_t> group;  // therapy group, counted from 0 in the trial; -1: in none
  std::vector<std::uint32_t> seen;  // bit v: visit v was attended; bit 0 is baseline
  Columns values;

  void resize(std::size_t participants, std::size_t endpoints, std::size_t visits) {
    arm.resize(participants);
    site.resize(participants);
    group.resize(participants);
    seen.resize(participants);
    values.resize(participants, endpoints, visits);
  }
  [[nodiscard]] std::size_t participants() const { return arm.size(); }
  [[nodiscard]] bool attended(std::size_t participant, VisitId visit) const {
    return ((seen[participant] >> visit.value) & 1U) != 0;
  }
};

/// The most visits a trial may have, baseline included: one bit of TrialData::seen each.
inline constexpr std::size_t most_visits = 32;

}  // namespace equipoise
