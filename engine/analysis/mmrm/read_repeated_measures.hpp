#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/analysis/analyse.hpp"
#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"

namespace equipoise {

/// Who and what enters a model over visits.
struct RepeatedSelection {
  std::span<const Covariate> adjust;
  ModelArms arms = ModelArms::all;
  bool covariance_by_arm = false;
  std::optional<VisitId> only_visit{};  // nothing but this visit
};

/// Reads the participants of the chosen arms who were seen at one visit after baseline at least and have what
/// the transform and the covariates need of the baseline. Spans live in the arena.
void read_repeated_measures(const TrialData& data, const Contrast& contrast,
                            const RepeatedSelection& selection, Arena<double>& reals,
                            Arena<std::uint32_t>& indices, RepeatedMeasures& out);

}  // namespace equipoise
