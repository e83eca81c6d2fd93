#include "engine/run/analysis_label.hpp"

namespace equipoise {

std::vector<AnalysisLabel> analysis_labels(const Plan& plan) {
  std::vector<AnalysisLabel> labels;
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    for (const PlannedAnalysis& analysis : plan.tests[h].analyses) {
      labels.push_back({h, analysis.name, analysis.fallback_names});
    }
  }
  return labels;
}

}  // namespace equipoise
