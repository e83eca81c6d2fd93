#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "engine/characteristics/characteristics.hpp"
#include "engine/characteristics/true_value.hpp"
#include "engine/run/result_sink.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// How many trials, and how.
struct RunOptions {
  std::uint64_t seed = 1;
  std::uint64_t trials = 10'000;    // at the most, where a precision is asked for
  std::optional<double> precision;  // stop once the MCSE of every power is at most this
  int threads = 0;                  // 0: as many as the machine has
  std::uint64_t truth_participants = 1'000'000;
  std::uint64_t first_replicate = 0;  // the others follow it
};

struct Progress {
  std::uint64_t trials_done = 0;
  std::uint64_t trials_planned = 0;
  double worst_mcse = 0.0;  // of the powers so far
};

struct RunResult {
  Characteristics characteristics;
  bool complete = false;  // false: interrupted
  double seconds = 0.0;   // of the trials alone
};

/// Runs trials in fixed blocks of replicates that are folded in order: the answer does not depend on the
/// threads. `stop` may be set at any time; trials under way are given up and what is done is a valid, shorter
/// run. `on_progress` is called after each block, from one thread at a time. `truths` has one entry a
/// hypothesis (true_values finds them); `sink` may be null.
[[nodiscard]] RunResult run_trials(const Plan& plan, std::span<const TrueValue> truths,
                                   const RunOptions& options, ResultSink* sink, const std::atomic<bool>& stop,
                                   const std::function<void(const Progress&)>& on_progress);

}  // namespace equipoise
