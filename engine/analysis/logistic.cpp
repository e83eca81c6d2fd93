#include "engine/analysis/logistic.hpp"

namespace equipoise {

Estimate logistic(const TrialData&, const Contrast&, const Question&, const LogisticOptions&,
                  AnalysisWorkspace&, FitDetails*) {
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
