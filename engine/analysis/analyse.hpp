#pragma once

#include <cstdint>
#include <optional>

#include "engine/analysis/estimate.hpp"
#include "engine/analysis/fit_details.hpp"
#include "engine/analysis/options.hpp"
#include "engine/analysis/question.hpp"
#include "engine/analysis/workspace.hpp"
#include "engine/design/hypothesis.hpp"
#include "engine/design/trial_data.hpp"

namespace equipoise {

/// What an analysis estimates of one endpoint: by itself the treatment minus the comparator at one visit.
struct Contrast {
  enum class Of {
    arms,    // treatment minus comparator
    mean,    // the treatment arm's adjusted mean
    visits,  // the treatment arm's adjusted mean at the visit minus that at an earlier visit
  };
  EndpointId endpoint;
  VisitId visit;
  ArmId treatment;
  ArmId comparator;
  Transform transform;
  Direction better = Direction::lower_better;  // of the endpoint before the transform
  Of of = Of::arms;                            // others than arms: mmrm, gee and mixed over visits only
  VisitId earlier_visit{};                     // of Of::visits
  std::uint32_t averaged_visits = 0;  // bit v: the mean over these visits is meant instead of `visit`
};

[[nodiscard]] Contrast contrast_of(const Hypothesis& hypothesis, Direction better);

/// On which scale arms are compared.
enum class EstimateScale {
  difference,      // of means, or of risks
  log_risk_ratio,  // of the two arms' risks
  log_odds_ratio,  // likewise
  share_of_pairs,  // in which the treated value is the larger, ties counting half, minus a half
};

/// The scale on which an analysis says something of everybody in the two arms, so that its estimate can be
/// held against a true value. None where it does not: an odds ratio among people of equal covariates is no
/// function of the arms' risks (it is not collapsible), nor is a mean of log odds over visits, and strata
/// weigh pairs by their sizes.
[[nodiscard]] std::optional<EstimateScale> marginal_scale(const Contrast& contrast,
                                                          const AnalysisOptions& options);

/// Analyses what was seen of the contrast's endpoint with the chosen method. Participants unseen at the visit
/// (in a model over visits: at every visit), or at baseline, where the transform or a covariate needs it, are
/// left out. Allocates only while the workspace grows, and for `details`, which may be null.
[[nodiscard]] Estimate analyse(const TrialData& data, const Contrast& contrast, const Question& question,
                               const AnalysisOptions& options, AnalysisWorkspace& workspace,
                               FitDetails* details = nullptr);

}  // namespace equipoise
