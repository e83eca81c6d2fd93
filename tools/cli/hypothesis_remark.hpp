#pragma once

#include <string>

#include "engine/characteristics/characteristics.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// How a hypothesis is tested where its name need not say so: "noninferiority (margin 1), one-sided at
/// alpha / 2 = 0.025". Empty of a superiority without a margin, of which the plan's level says it all.
[[nodiscard]] std::string test_remark(const Plan& plan, std::size_t hypothesis);

/// What the values of an analysis are numbers of, and of a ratio, whose values are logarithms, the ratio
/// itself: "bias and SEs of the log odds ratio; odds ratio: true 1.81 (0.01), …". `truth` and `mean` (of the
/// estimates) are on the scale of the analysis.
[[nodiscard]] std::string scale_remark(const PlannedTest& test, const PlannedAnalysis& analysis,
                                       const Simulated& truth, const Simulated& mean);

/// What the values of an analysis are numbers of: "log odds ratio given covariates". Values on the same scale
/// can be compared.
[[nodiscard]] std::string scale_name(const PlannedTest& test, const PlannedAnalysis& analysis);

/// Whether every hypothesis is about a difference of means of values as they were measured: then no row needs
/// to say so.
[[nodiscard]] bool all_are_differences_of_means(const Plan& plan);

/// "odds ratio" of an analysis whose values are log odds ratios; null of one whose values are no logarithms.
[[nodiscard]] const char* ratio_name(const PlannedAnalysis& analysis);

/// exp of a logarithm found by simulation, with its error to first order.
[[nodiscard]] Simulated ratio_of(const Simulated& logarithm);

}  // namespace equipoise
