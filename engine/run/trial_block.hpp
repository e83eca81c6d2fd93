#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/stop.hpp"
#include "engine/characteristics/tally.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {

/// Trials in a block. Fixed, for the order of the sums depends on it; large enough that handing out a block
/// costs nothing beside running it, small enough that two cores share even a short run evenly.
inline constexpr std::uint64_t block_trials = 50;

/// No precision is trusted before so many trials: a handful that all agree look precise by accident.
inline constexpr std::uint64_t fewest_trials = 1'000;

/// What a block of trials of one plan needs while it is under way, and what came of it.
class TrialBlock {
 public:
  TrialBlock(const Plan& plan, std::span<const TrueValue> truths, StopFlag stop);

  /// Runs `count` trials, at most block_trials, from replicate `first` on: fewer once the stop is asked for.
  /// `plan` is the constructor's.
  void run(const Plan& plan, std::uint64_t seed, std::uint64_t first, std::uint64_t count);

  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] std::span<const TrialOutcome> outcomes() const { return {outcomes_.data(), used_}; }

 private:
  TrialWorkspace workspace_;
  Tally tally_;
  std::vector<TrialOutcome> outcomes_;
  std::size_t used_ = 0;
};

}  // namespace equipoise
