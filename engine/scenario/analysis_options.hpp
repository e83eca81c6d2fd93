#pragma once

#include "engine/design/design.hpp"
#include "engine/scenario/scenario.hpp"

namespace equipoise {

/// The options that a checked analysis of a hypothesis asks for.
[[nodiscard]] AnalysisOptions analysis_options(const AnalysisPart& part, const HypothesisPart& hypothesis,
                                               const Design& design);

/// The analysis that takes another's place when it fails. `word`: a covariance structure or a method.
[[nodiscard]] AnalysisPart fallback_of(const AnalysisPart& part, const std::string& word);

}  // namespace equipoise
