#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// Which replicates of a run rejected which hypotheses by the multiplicity method: a bit each.
class Rejections {
 public:
  enum class Kept {
    shown,   // those in a direction that counts as power
    either,  // those in either direction
  };

  /// Of replicates from `first` on, one after another.
  Rejections(std::size_t hypotheses, std::uint64_t first, Kept kept = Kept::shown);

  void add(std::span<const TrialOutcome> trials);

  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t trials() const { return trials_; }
  [[nodiscard]] std::size_t hypotheses() const { return bits_.size(); }
  /// Expects a replicate that was added.
  [[nodiscard]] bool rejected(std::size_t hypothesis, std::uint64_t replicate) const {
    const std::uint64_t at = replicate - first_;
    return ((bits_[hypothesis][at / 64] >> (at % 64)) & 1U) != 0;
  }
  [[nodiscard]] std::uint64_t count(std::size_t hypothesis) const;

 private:
  std::uint64_t first_;
  Kept kept_;
  std::uint64_t trials_ = 0;
  std::vector<std::vector<std::uint64_t>> bits_;  // one row a hypothesis
};

/// The share that rejects a hypothesis in `here`, such as its power, minus that in `reference`, with the
/// Monte Carlo standard error of a difference whose common replicates are the same virtual participants
/// (engine/methods/sensitivity.md).
[[nodiscard]] Simulated power_difference(const Rejections& here, const Rejections& reference,
                                         std::size_t hypothesis);

}  // namespace equipoise
