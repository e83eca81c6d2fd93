#include "engine/analysis/sample.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {
namespace {

bool needs_baseline(const Transform& transform) {
  return transform.kind == Transform::Kind::change || transform.kind == Transform::Kind::responder;
}

/// Appends the participants of one arm after the first `count` entries of `list`, keeps those whose values
/// are all there, and returns the new count. Written without branches: who is missing cannot be predicted.
class ArmReader {
 public:
  ArmReader(const TrialData& data, const Contrast& contrast, std::span<const Covariate> covariates,
            std::span<std::uint32_t> list)
      : data_(data), contrast_(contrast), covariates_(covariates), list_(list) {}

  [[nodiscard]] std::size_t operator()(ArmId arm, std::size_t count) const {
    const std::size_t first = count;
    const std::span<const double> outcome = data_.values.at(contrast_.endpoint, contrast_.visit);
    const std::span<const std::uint8_t> arms = data_.arm;
    const auto code = static_cast<std::uint8_t>(arm.value);
    for (std::size_t i = 0; i < arms.size(); ++i) {
      list_[count] = static_cast<std::uint32_t>(i);
      const unsigned in_arm = arms[i] == code ? 1U : 0U;
      const unsigned seen = std::isnan(outcome[i]) ? 0U : 1U;
      count += in_arm & seen;
    }
    if (needs_baseline(contrast_.transform)) count = with_baseline(contrast_.endpoint, first, count);
    for (const Covariate& covariate : covariates_) {
      if (covariate.kind == Covariate::Kind::baseline)
        count = with_baseline(covariate.endpoint, first, count);
    }
    return count;
  }

 private:
  [[nodiscard]] std::size_t with_baseline(EndpointId endpoint, std::size_t first, std::size_t last) const {
    const std::span<const double> baseline = data_.values.at(endpoint, baseline_visit);
    std::size_t count = first;
    for (std::size_t j = first; j < last; ++j) {
      const std::uint32_t participant = list_[j];
      list_[count] = participant;
      count += static_cast<std::size_t>(!std::isnan(baseline[participant]));
    }
    return count;
  }

  const TrialData& data_;
  const Contrast& contrast_;
  std::span<const Covariate> covariates_;
  std::span<std::uint32_t> list_;
};

/// Whether anybody is at none of a factor's levels that have a column: at its first.
bool first_level_taken(const TrialData& data, std::span<const Covariate> adjust, std::uint32_t factor,
                       std::span<const std::uint32_t> participants) {
  return std::ranges::any_of(participants, [&](std::uint32_t i) {
    return std::ranges::none_of(adjust, [&](const Covariate& level) {
      return level.factor == factor && data.values.at(level.endpoint, baseline_visit)[i] != 0.0;
    });
  });
}

}  // namespace

Sample observed_sample(const TrialData& data, const Contrast& contrast, ModelArms arms,
                       std::span<const Covariate> covariates, AnalysisWorkspace& workspace) {
  // One entry more than people: the readers write before they know whether to keep.
  const std::span<std::uint32_t> list = scratch(workspace.participants, data.participants() + 1);
  const ArmReader read_arm(data, contrast, covariates, list);
  Sample sample;
  sample.comparator_count = read_arm(contrast.comparator, 0);
  std::size_t count = read_arm(contrast.treatment, sample.comparator_count);
  sample.treatment_count = count - sample.comparator_count;
  if (arms == ModelArms::all && !data.arm.empty()) {
    const std::uint32_t last_arm = *std::max_element(data.arm.begin(), data.arm.end());
    for (std::uint32_t code = 0; code <= last_arm; ++code) {
      const ArmId arm{code};
      if (arm != contrast.comparator && arm != contrast.treatment) count = read_arm(arm, count);
    }
  }
  sample.participants = list.first(count);
  return sample;
}

Sample randomized_sample(const TrialData& data, const Contrast& contrast, AnalysisWorkspace& workspace) {
  const std::span<std::uint32_t> list = scratch(workspace.participants, data.participants());
  std::size_t count = 0;
  const auto add = [&](ArmId arm) {
    for (std::size_t i = 0; i < data.participants(); ++i) {
      if (data.arm[i] == arm.value) list[count++] = static_cast<std::uint32_t>(i);
    }
  };
  Sample sample;
  add(contrast.comparator);
  sample.comparator_count = count;
  add(contrast.treatment);
  sample.treatment_count = count - sample.comparator_count;
  sample.participants = list.first(count);
  return sample;
}

SampleBySite by_site(const TrialData& data, const Sample& sample, AnalysisWorkspace& workspace) {
  std::size_t sites = 0;
  for (const std::uint32_t participant : sample.participants) {
    sites = std::max<std::size_t>(sites, data.site[participant] + 1U);
  }
  const std::span<std::uint32_t> ends = scratch(workspace.site_ends, sites);
  std::fill(ends.begin(), ends.end(), 0U);
  for (const std::uint32_t participant : sample.participants) ++ends[data.site[participant]];
  std::uint32_t start = 0;
  for (std::uint32_t& end : ends) {
    const std::uint32_t size = end;
    end = start;
    start += size;
  }
  // Filling a site moves its start to its end.
  const std::span<std::uint32_t> ordered = scratch(workspace.by_site, sample.count());
  for (const std::uint32_t participant : sample.participants)
    ordered[ends[data.site[participant]]++] = participant;
  return {ordered, ends};
}

void read_outcome(const TrialData& data, const Contrast& contrast,
                  std::span<const std::uint32_t> participants, std::span<double> out) {
  const std::span<const double> value = data.values.at(contrast.endpoint, contrast.visit);
  const std::span<const double> baseline = data.values.at(contrast.endpoint, baseline_visit);
  if (contrast.transform.kind == Transform::Kind::none) {
    for (std::size_t j = 0; j < participants.size(); ++j) out[j] = value[participants[j]];
    return;
  }
  for (std::size_t j = 0; j < participants.size(); ++j) {
    const std::uint32_t i = participants[j];
    out[j] = transformed(contrast.transform, contrast.better, value[i], baseline[i]);
  }
}

void read_covariate(const TrialData& data, const Contrast& contrast, const Covariate& covariate,
                    std::span<const std::uint32_t> participants, std::span<double> out) {
  const std::span<const double> baseline = data.values.at(covariate.endpoint, baseline_visit);
  for (std::size_t j = 0; j < participants.size(); ++j) out[j] = baseline[participants[j]];
  // The dose's log(1 + value) is compared at equal log(1 + baseline): the own baseline is on the scale of the
  // outcome.
  const bool own = covariate.endpoint == contrast.endpoint;
  if (!own || contrast.transform.kind != Transform::Kind::log1p) return;
  for (double& value : out.first(participants.size())) value = std::log1p(value);
}

std::span<const std::uint32_t> own_columns(const TrialData& data, std::span<const Covariate> adjust,
                                           std::span<const std::uint32_t> participants,
                                           AnalysisWorkspace& workspace) {
  const std::span<std::uint32_t> own = workspace.indices.take(adjust.size());
  std::uint32_t factor = 0;
  bool first = false;  // whether a level of the factor at hand, without a column, stands for the others
  for (std::size_t k = 0; k < adjust.size(); ++k) {
    own[k] = adjust[k].kind == Covariate::Kind::baseline ? 1U : 0U;
    if (adjust[k].factor == 0) continue;
    if (adjust[k].factor != factor) {
      factor = adjust[k].factor;
      first = first_level_taken(data, adjust, factor, participants);
    }
    const std::span<const double> level = data.values.at(adjust[k].endpoint, baseline_visit);
    const bool taken = std::ranges::any_of(participants, [&](std::uint32_t i) { return level[i] != 0.0; });
    own[k] = taken && first ? 1U : 0U;
    first = first || taken;
  }
  return own;
}

}  // namespace equipoise
