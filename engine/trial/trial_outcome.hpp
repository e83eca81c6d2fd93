#pragma once

#include <cstdint>
#include <vector>

#include "engine/analysis/estimate.hpp"

namespace equipoise {

/// What came of one analysis in one trial.
struct AnalysisOutcome {
  Estimate estimate;                      // of the fit that was used: its own, or a fallback's
  FitStatus status = FitStatus::too_few;  // of its own fit
  std::uint8_t used = 0;                  // 0: its own fit, k: the k-th fallback
  bool rejected = false;                  // had its hypothesis been the trial's only one
  bool rejected_by_own_fit = false;       // likewise, where a fit that failed rejects nothing
  bool favours_comparator = false;        // the fit that was used: its rejection is one for harm

  [[nodiscard]] bool rejected_for_harm() const { return rejected && favours_comparator; }
};

/// What came of one hypothesis in one trial.
struct TestOutcome {
  Estimate estimate;                      // of the protocol's analysis
  double p_adjusted = 1.0;                // on the scale of alpha, after the multiplicity method
  bool rejected = false;                  // by the multiplicity method
  bool rejected_alone = false;            // had it been the trial's only hypothesis
  bool shown = false;                     // rejected in a direction that counts as power
  std::vector<AnalysisOutcome> analyses;  // as planned, the protocol's first

  [[nodiscard]] bool rejected_for_harm() const { return rejected && analyses.front().favours_comparator; }
};

/// What came of one trial.
struct TrialOutcome {
  std::uint64_t replicate = 0;
  std::vector<TestOutcome> tests;  // one a hypothesis
};

}  // namespace equipoise
