#include "engine/run/trial_block.hpp"

namespace equipoise {

TrialBlock::TrialBlock(const Plan& plan, std::span<const TrueValue> truths, StopFlag stop)
    : workspace_(plan, stop), tally_(plan, truths), outcomes_(block_trials) {}

void TrialBlock::run(const Plan& plan, std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
  used_ = 0;
  tally_.clear();
  try {
    for (; used_ < count; ++used_) {
      run_trial(plan, Streams(seed, first + used_), workspace_, outcomes_[used_]);
      tally_.add(outcomes_[used_], workspace_);
    }
  } catch (const Interrupted&) {  // the trials before this one stand
  }
}

}  // namespace equipoise
