#include "engine/run/trial_block.hpp"

namespace equipoise {

TrialBlock::TrialBlock(const Plan& plan, std::span<const TrueValue> truths)
    : workspace_(plan), tally_(plan, truths), outcomes_(block_trials) {}

void TrialBlock::run(const Plan& plan, std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
  used_ = static_cast<std::size_t>(count);
  tally_.clear();
  for (std::size_t k = 0; k < used_; ++k) {
    run_trial(plan, Streams(seed, first + k), workspace_, outcomes_[k]);
    tally_.add(outcomes_[k], workspace_);
  }
}

}  // namespace equipoise
