#include "engine/analysis/mixed/therapy_group.hpp"

namespace equipoise {

Estimate therapy_group(const TrialData&, const Contrast&, const Question&, const MixedOptions&,
                       AnalysisWorkspace&, FitDetails*) {
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
