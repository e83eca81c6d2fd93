#include "engine/analysis/student_test.hpp"

#include <cmath>

#include "engine/numeric/student_t.hpp"

namespace equipoise {

Estimate student_test(double difference, double se, double df, const Question& question,
                      AnalysisWorkspace& workspace) {
  // Written so that a NaN fails, too.
  if (!(se > 0.0 && std::isfinite(se) && std::isfinite(difference))) return failed(FitStatus::singular);
  const auto statistic = [&](double null) { return (difference - null) / se; };
  const auto upper_tail = [&](double t) { return student_upper_tail(t, df); };
  const Question::Answer answer = question.ask(statistic, upper_tail);
  const double reach = se * workspace.quantiles(0.5 + 0.5 * question.confidence(), df);
  return {.value = difference,
          .se = se,
          .df = df,
          .statistic = answer.statistic,
          .p = answer.p,
          .lower = difference - reach,
          .upper = difference + reach,
          .status = FitStatus::ok};
}

}  // namespace equipoise
