#pragma once

#include <string>
#include <vector>

#include "engine/analysis/options.hpp"
#include "engine/base/problem.hpp"
#include "engine/design/hypothesis.hpp"
#include "engine/scenario/analysis_part.hpp"
#include "tools/cli/analysis_data.hpp"
#include "tools/cli/analyze_request.hpp"

namespace equipoise {

/// Whether the analysis models the visits together.
[[nodiscard]] bool over_visits(const AnalysisOptions& options);

/// The analysis that is asked for, of these data. Adds what of it does not fit them.
[[nodiscard]] AnalysisOptions analyze_options(const AnalyzeArguments& arguments,
                                              const AnalyzeRequest& request, const AnalysisData& data,
                                              Problems& problems);

/// What a reader of the answer should know of how the data were taken, a sentence each.
[[nodiscard]] std::vector<std::string> remarks_on(const AnalysisData& data, const AnalysisOptions& options);

}  // namespace equipoise
