#pragma once

#include <cstdint>
#include <span>

#include "engine/characteristics/people_tally.hpp"
#include "engine/characteristics/test_tally.hpp"

namespace equipoise {

/// Sums over trials from which the operating characteristics come. Tallies of blocks merge; merged in the
/// order of the blocks they give the same bits however the blocks were spread over threads.
class Tally {
 public:
  /// `truths`: the true value of each hypothesis' contrast.
  Tally(const Plan& plan, std::span<const TrueValue> truths);

  /// Counts one trial: its outcome, and what the workspace still holds of its participants.
  void add(const TrialOutcome& outcome, const TrialWorkspace& workspace);
  void merge(const Tally& other);
  /// Empties the tally and keeps its storage.
  void clear();

  [[nodiscard]] std::uint64_t trials() const { return tests_.trials(); }
  /// The largest Monte Carlo standard error of a power.
  [[nodiscard]] double worst_power_mcse() const { return tests_.worst_power_mcse(); }
  [[nodiscard]] Characteristics characteristics(const Plan& plan) const;

 private:
  TestTally tests_;
  PeopleTally people_;
};

}  // namespace equipoise
