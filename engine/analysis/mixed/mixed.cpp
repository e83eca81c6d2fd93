#include "engine/analysis/mixed/mixed.hpp"

#include "engine/analysis/mixed/intercept_slope.hpp"
#include "engine/analysis/mixed/therapy_group.hpp"

namespace equipoise {

Estimate mixed(const TrialData& data, const Contrast& contrast, const Question& question,
               const MixedOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  switch (options.random) {
    case MixedOptions::Random::therapy_group:
      return therapy_group(data, contrast, question, options, workspace, details);
    case MixedOptions::Random::intercept_slope:
      return intercept_slope(data, contrast, question, options, workspace, details);
  }
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
