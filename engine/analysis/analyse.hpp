#pragma once

#include "engine/analysis/estimate.hpp"
#include "engine/analysis/options.hpp"
#include "engine/analysis/question.hpp"
#include "engine/analysis/workspace.hpp"
#include "engine/design/hypothesis.hpp"
#include "engine/design/trial_data.hpp"

namespace equipoise {

/// The contrast that an analysis estimates: treatment minus comparator in one endpoint at one visit.
struct Contrast {
  EndpointId endpoint;
  VisitId visit;
  ArmId treatment;
  ArmId comparator;
  Transform transform;
  Direction better = Direction::lower_better;  // of the endpoint before the transform
};

[[nodiscard]] Contrast contrast_of(const Hypothesis& hypothesis, Direction better);

/// Analyses what was seen of the contrast's endpoint with the chosen method. Participants unseen at the visit
/// (or at baseline, where the transform or a covariate needs it) are left out. Allocates only while the
/// workspace grows.
[[nodiscard]] Estimate analyse(const TrialData& data, const Contrast& contrast, const Question& question,
                               const AnalysisOptions& options, AnalysisWorkspace& workspace);

}  // namespace equipoise
