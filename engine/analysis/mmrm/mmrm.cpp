#include "engine/analysis/mmrm/mmrm.hpp"

#include "engine/analysis/mmrm/describe.hpp"
#include "engine/analysis/mmrm/fit_repeated.hpp"
#include "engine/analysis/mmrm/inference.hpp"

namespace equipoise {

Estimate mmrm(const TrialData& data, const Contrast& contrast, const Question& question,
              const MmrmOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  RepeatedFit& fit = fit_mmrm(data, contrast, options, workspace);
  const InferenceRules rules{options.df, options.se, options.information};
  if (details != nullptr) describe(fit, rules, false, workspace.reals, *details);
  return infer(fit, contrast, question, rules, workspace);
}

}  // namespace equipoise
