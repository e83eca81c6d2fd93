#include "engine/analysis/gee/gee.hpp"

namespace equipoise {

Estimate gee(const TrialData&, const Contrast&, const Question&, const GeeOptions&, AnalysisWorkspace&,
             FitDetails*) {
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
