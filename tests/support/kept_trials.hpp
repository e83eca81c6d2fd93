#pragma once

#include <vector>

#include "engine/run/result_sink.hpp"

namespace equipoise {

/// A sink that keeps in memory what a run writes.
class KeptTrials : public ResultSink {
 public:
  void begin(const Provenance&, const Design&, std::span<const AnalysisLabel>) override { begun = true; }
  void write(std::span<const TrialOutcome> block) override {
    trials.insert(trials.end(), block.begin(), block.end());
  }
  void finish(const Characteristics& of_run, bool is_complete) override {
    characteristics = of_run;
    complete = is_complete;
    ++finished;
  }

  bool begun = false;
  std::vector<TrialOutcome> trials;
  Characteristics characteristics;
  bool complete = false;
  int finished = 0;
};

}  // namespace equipoise
