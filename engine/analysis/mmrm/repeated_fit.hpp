#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/mean_model.hpp"
#include "engine/analysis/mmrm/repeated_information.hpp"
#include "engine/analysis/mmrm/repeated_likelihood.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"
#include "engine/analysis/options.hpp"
#include "engine/base/fit_status.hpp"
#include "engine/base/stop.hpp"
#include "engine/design/hypothesis.hpp"

namespace equipoise {

/// A model over visits fitted to one trial, from which any contrast can be had. Kept in a workspace, so that
/// the contrasts of one trial that share a model share its fit.
struct RepeatedFit {
  /// What the fit depends on, beyond the trial.
  struct Key {
    std::uint64_t trial = 0;  // 0: of no known trial, never shared
    EndpointId endpoint{};
    Transform transform;
    std::vector<Covariate> adjust;
    ModelArms arms = ModelArms::all;
    ArmId treatment{};  // where only the compared arms are in the model
    ArmId comparator{};
    CovarianceStructure covariance = CovarianceStructure::unstructured;
    bool covariance_by_arm = false;
    Likelihood likelihood = Likelihood::reml;

    friend bool operator==(const Key&, const Key&) = default;
  };

  Key key;
  RepeatedMeasures data;
  std::optional<MeanModel> mean;
  std::optional<RepeatedLikelihood> likelihood;
  std::optional<RepeatedInformation> information;
  FitStatus status = FitStatus::too_few;
  int iterations = 0;
  std::span<const double> information_factor;  // U in U'U = the observed information, or empty: not known yet
  Arena<double> reals;
  Arena<std::uint32_t> indices;
  StopFlag stop;  // a fit of many visits takes seconds, and gives up once it is asked to: Interrupted
};

}  // namespace equipoise
