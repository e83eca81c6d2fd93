#include "engine/analysis/mixed/intercept_slope.hpp"

namespace equipoise {

Estimate intercept_slope(const TrialData&, const Contrast&, const Question&, const MixedOptions&,
                         AnalysisWorkspace&, FitDetails*) {
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
