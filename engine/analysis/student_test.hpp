#pragma once

#include "engine/analysis/estimate.hpp"
#include "engine/analysis/question.hpp"
#include "engine/analysis/workspace.hpp"

namespace equipoise {

/// The answer to a question about a difference with standard error se > 0 whose standardized distance from
/// the truth follows Student's t with df > 0 degrees of freedom: p value and confidence interval included.
/// Status singular where se is zero, or one of both not finite: an error of nothing is no evidence.
[[nodiscard]] Estimate student_test(double difference, double se, double df, const Question& question,
                                    AnalysisWorkspace& workspace);

}  // namespace equipoise
