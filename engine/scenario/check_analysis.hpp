#pragma once

#include <string>

#include "engine/design/endpoint.hpp"
#include "engine/scenario/check_context.hpp"
#include "engine/scenario/scenario.hpp"

namespace equipoise {

/// Checks one analysis of a hypothesis. `path`: its table's, such as hypothesis.2.analysis. `endpoint`: the
/// hypothesis', null where it names none.
void check_analysis(const CheckContext& context, const HypothesisPart& hypothesis,
                    const AnalysisPart& analysis, const std::string& path, const Endpoint* endpoint);

}  // namespace equipoise
