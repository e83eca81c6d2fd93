#include "engine/analysis/mmrm/mmrm.hpp"

namespace equipoise {

Estimate mmrm(const TrialData&, const Contrast&, const Question&, const MmrmOptions&, AnalysisWorkspace&,
              FitDetails*) {
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
