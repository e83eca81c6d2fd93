#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/analysis/analyse.hpp"
#include "engine/cohort/cohort_process.hpp"
#include "engine/cohort/dropout.hpp"
#include "engine/cohort/outcome_model.hpp"
#include "engine/design/design.hpp"
#include "engine/testing/multiplicity.hpp"

namespace equipoise {

/// More than any plan would name; each use is counted in an array of this size.
inline constexpr std::size_t most_fallbacks = 8;

/// An analysis with what the plan fits instead where it fails, in this order.
struct PlannedAnalysis {
  std::string name;
  AnalysisOptions options;
  std::vector<AnalysisOptions> fallbacks;
  std::vector<std::string> fallback_names;
};

/// One hypothesis with its analyses: first the one that the protocol names, which decides; the others see the
/// same participants and are there to be compared with it.
struct PlannedTest {
  Contrast contrast;
  Question question;
  std::vector<PlannedAnalysis> analyses;

  [[nodiscard]] const PlannedAnalysis& protocol() const { return analyses.front(); }
};

/// All that one trial needs but its replicate number. Immutable: shared by every thread.
struct Plan {
  Design design;
  std::shared_ptr<const OutcomeModel> model;  // its endpoints and visits are the design's
  CohortProcess process;
  Dropout dropout;
  std::vector<PlannedTest> tests;  // one a hypothesis, in the design's order
  Level level;
  Multiplicity multiplicity;
};

/// The same trial with another number of participants: everything else, the intercepts of its dropout too, is
/// the plan's.
[[nodiscard]] Plan with_participants(Plan plan, std::size_t participants);

}  // namespace equipoise
