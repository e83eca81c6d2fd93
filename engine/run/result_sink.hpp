#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/design/design.hpp"
#include "engine/run/analysis_label.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// Where a run came from: all that is needed to run it again.
struct Provenance {
  std::string title;
  std::string scenario_file;
  std::string scenario_text;  // as it ran, after overrides
  std::string condition;
  std::string parameters_text;  // as they ran, after overrides
  std::string command_line;
  std::uint64_t seed = 0;
  std::uint64_t planned_trials = 0;  // 0: until a precision is reached
};

/// What a run writes to. Called from one thread at a time, blocks in the order of their replicates.
class ResultSink {
 public:
  ResultSink() = default;
  ResultSink(const ResultSink&) = delete;
  ResultSink& operator=(const ResultSink&) = delete;
  virtual ~ResultSink() = default;

  /// `analyses`: of each hypothesis in the design's order, the protocol's first.
  virtual void begin(const Provenance& provenance, const Design& design,
                     std::span<const AnalysisLabel> analyses) = 0;
  /// Trials in the order of their replicates, each after the last of the block before.
  virtual void write(std::span<const TrialOutcome> trials) = 0;
  /// The whole run's characteristics. Also called for a run that was interrupted, then `complete` is
  /// false; not called where no trial was done.
  virtual void finish(const Characteristics& characteristics, bool complete) = 0;
};

}  // namespace equipoise
