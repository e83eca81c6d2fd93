#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {

/// Who took part in trials and what was seen of them, by arm and visit: the part of a Tally that comes from
/// participants.
class PeopleTally {
 public:
  explicit PeopleTally(const Plan& plan);

  /// Counts the participants that the workspace still holds of its last trial.
  void add(const TrialWorkspace& workspace);
  void merge(const PeopleTally& other);
  void clear();

  /// Adds the arms.
  void describe(const Plan& plan, Characteristics& all) const;

 private:
  struct OfArm {
    std::uint64_t enrolled = 0;
    std::uint64_t retained = 0;
    std::uint64_t never_attended = 0;
    std::uint64_t groups = 0;
    std::uint64_t members = 0;
    double sessions = 0.0;
    double wait = 0.0;
  };
  struct OfVisit {
    std::uint64_t seen = 0;
    double sum = 0.0;      // of value - the endpoint's shift
    double squares = 0.0;  // likewise
  };

  void find_arms(std::span<const std::uint8_t> arm);
  void add_people(const TrialWorkspace& workspace);
  void add_waits(const People& people);
  void add_values(const TrialData& data);
  [[nodiscard]] ArmSummary of_arm(std::size_t arm, const Plan& plan) const;
  /// Of one arm: all bits set for its participants, none for the others.
  [[nodiscard]] std::span<const std::int64_t> members_of(std::size_t arm) const {
    const std::size_t people = members_.size() / arms_.size();
    return {members_.data() + arm * people, people};
  }
  [[nodiscard]] OfVisit& visit_at(std::size_t endpoint, std::size_t visit, std::size_t arm) {
    return visits_[(endpoint * visit_count_ + visit) * arms_.size() + arm];
  }
  [[nodiscard]] const OfVisit& visit_at(std::size_t endpoint, std::size_t visit, std::size_t arm) const {
    return visits_[(endpoint * visit_count_ + visit) * arms_.size() + arm];
  }

  std::vector<double> shifts_;  // one an endpoint, near its mean, so that the squares lose no digits
  std::size_t visit_count_;
  std::uint64_t trials_ = 0;
  std::vector<OfArm> arms_;
  std::vector<OfVisit> visits_;        // endpoint x visit x arm
  std::vector<std::int64_t> members_;  // arm x participant of the trial at hand, as masks
};

}  // namespace equipoise
