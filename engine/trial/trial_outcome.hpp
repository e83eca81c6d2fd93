#pragma once

#include <cstdint>
#include <vector>

#include "engine/analysis/estimate.hpp"

namespace equipoise {

/// What came of one hypothesis in one trial.
struct TestOutcome {
  Estimate estimate;
  double p_adjusted = 1.0;      // on the scale of alpha, after the multiplicity method
  bool rejected = false;        // by the multiplicity method
  bool rejected_alone = false;  // had it been the trial's only hypothesis
};

/// What came of one trial.
struct TrialOutcome {
  std::uint64_t replicate = 0;
  std::vector<TestOutcome> tests;  // one a hypothesis
};

}  // namespace equipoise
