#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "engine/study/responses.hpp"
#include "engine/trial/plan.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// What a trial is to show.
struct Aim {
  enum class Which {
    one,  // a hypothesis
    any,  // at least one
    all,
  };
  ResponseKind kind = ResponseKind::rejection;
  Which which = Which::one;
  std::size_t hypothesis = 0;  // of one, and of every half-width
};

/// Replicates of a trial. Blocks are folded in order, so that the sums do not depend on the threads.
struct ReplicateRange {
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t trials = 0;
  int threads = 0;  // 0: as many as the machine has
};

/// Counts what one trial came to.
void add_response(const TrialOutcome& outcome, const Aim& aim, Responses& responses);

/// Runs the replicates and counts nothing but what the aim asks. Fewer where `stop` is set meanwhile.
/// `on_trials`, which may be empty, is told how many are done, from one thread at a time.
[[nodiscard]] Responses try_plan(const Plan& plan, const Aim& aim, const ReplicateRange& replicates,
                                 const std::atomic<bool>& stop,
                                 const std::function<void(std::uint64_t done)>& on_trials = {});

}  // namespace equipoise
