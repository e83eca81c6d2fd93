#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "engine/study/aim.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// Replicates of a trial. Blocks are folded in order, so that the sums do not depend on the threads.
struct ReplicateRange {
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t trials = 0;
  int threads = 0;  // 0: as many as the machine has
};

/// Runs the replicates and counts nothing but what the aim asks. Fewer where `stop` is set meanwhile.
/// `on_trials`, which may be empty, is told how many are done, from one thread at a time.
[[nodiscard]] Responses try_plan(const Plan& plan, const Aim& aim, const ReplicateRange& replicates,
                                 const std::atomic<bool>& stop,
                                 const std::function<void(std::uint64_t done)>& on_trials = {});

}  // namespace equipoise
