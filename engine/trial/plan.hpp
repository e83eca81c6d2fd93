#pragma once

#include <memory>
#include <vector>

#include "engine/analysis/analyse.hpp"
#include "engine/cohort/cohort_process.hpp"
#include "engine/cohort/dropout.hpp"
#include "engine/cohort/outcome_model.hpp"
#include "engine/design/design.hpp"
#include "engine/testing/multiplicity.hpp"

namespace equipoise {

/// One hypothesis with the analysis that its protocol names.
struct PlannedTest {
  Contrast contrast;
  Question question;
  AnalysisOptions analysis;
};

/// All that one trial needs but its replicate number. Immutable: shared by every thread.
struct Plan {
  Design design;
  std::shared_ptr<const OutcomeModel> model;  // its endpoints and visits are the design's
  CohortProcess process;
  Dropout dropout;
  std::vector<PlannedTest> tests;  // one a hypothesis, in the design's order
  Level level;
  MultiplicityMethod multiplicity = MultiplicityMethod::none;
};

}  // namespace equipoise
