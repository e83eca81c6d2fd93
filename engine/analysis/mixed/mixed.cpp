#include "engine/analysis/mixed/mixed.hpp"

namespace equipoise {

Estimate mixed(const TrialData&, const Contrast&, const Question&, const MixedOptions&, AnalysisWorkspace&,
               FitDetails*) {
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
