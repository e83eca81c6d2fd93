#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/trial/plan.hpp"

namespace equipoise {

/// What one analysis of a plan is called, and what is fitted where it fails.
struct AnalysisLabel {
  std::size_t hypothesis = 0;
  std::string name;
  std::vector<std::string> fallbacks;
};

/// Of all hypotheses, one after another; of each the protocol's analysis first.
[[nodiscard]] std::vector<AnalysisLabel> analysis_labels(const Plan& plan);

}  // namespace equipoise
