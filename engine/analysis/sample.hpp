#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// Those whom an analysis is made of: the comparator's participants first, then the treatment's, then those
/// of the other arms, if they take part; within an arm in order of enrolment.
struct Sample {
  std::span<const std::uint32_t> participants;
  std::size_t comparator_count = 0;
  std::size_t treatment_count = 0;

  [[nodiscard]] std::size_t count() const { return participants.size(); }
  [[nodiscard]] std::span<const std::uint32_t> comparators() const {
    return participants.first(comparator_count);
  }
  [[nodiscard]] std::span<const std::uint32_t> treated() const {
    return participants.subspan(comparator_count, treatment_count);
  }
  /// Whether the two arms can be compared at all: one person has no spread.
  [[nodiscard]] bool too_few() const { return comparator_count < 2 || treatment_count < 2; }
};

/// Everybody who has a value of the contrast's endpoint at its visit, and at baseline every value that the
/// transform or a covariate needs. The answer lives in the workspace until the next call.
[[nodiscard]] Sample observed_sample(const TrialData& data, const Contrast& contrast, ModelArms arms,
                                     std::span<const Covariate> covariates, AnalysisWorkspace& workspace);

/// Everybody of the two compared arms, seen or not.
[[nodiscard]] Sample randomized_sample(const TrialData& data, const Contrast& contrast,
                                       AnalysisWorkspace& workspace);

/// The same people site by site. `ends[s]` is where site s ends; a site without anybody is empty.
struct SampleBySite {
  std::span<const std::uint32_t> participants;
  std::span<const std::uint32_t> ends;
};
[[nodiscard]] SampleBySite by_site(const TrialData& data, const Sample& sample, AnalysisWorkspace& workspace);

/// Writes the transformed values of these participants.
void read_outcome(const TrialData& data, const Contrast& contrast,
                  std::span<const std::uint32_t> participants, std::span<double> out);

/// Writes these participants' values of a covariate that is a baseline: on the scale of the outcome's log1p
/// transform where it is the outcome's own.
void read_covariate(const TrialData& data, const Contrast& contrast, const Covariate& covariate,
                    std::span<const std::uint32_t> participants, std::span<double> out);

/// For each covariate 1 where a model of these participants has a column of it, else 0. Numbers have one; of
/// a factor's levels those that one of them is at, but the first. (Of sites the models see themselves who is
/// there.) The answer lives in the workspace until the next analysis.
[[nodiscard]] std::span<const std::uint32_t> own_columns(const TrialData& data,
                                                         std::span<const Covariate> adjust,
                                                         std::span<const std::uint32_t> participants,
                                                         AnalysisWorkspace& workspace);

}  // namespace equipoise
