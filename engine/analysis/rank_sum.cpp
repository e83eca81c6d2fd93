#include "engine/analysis/rank_sum.hpp"

namespace equipoise {

Estimate rank_sum(const TrialData&, const Contrast&, const Question&, const RankSumOptions&,
                  AnalysisWorkspace&, FitDetails*) {
  return failed(FitStatus::not_converged);
}

}  // namespace equipoise
