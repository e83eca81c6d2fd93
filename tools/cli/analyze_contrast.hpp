#pragma once

#include <optional>
#include <string>

#include "engine/analysis/analyse.hpp"
#include "engine/base/problem.hpp"
#include "tools/cli/analysis_data.hpp"
#include "tools/cli/analyze_request.hpp"

namespace equipoise {

/// A contrast of the data.
struct NamedContrast {
  Contrast contrast;
  std::string words;  // "treated - control at 4"
};

/// Which contrast the options name. Adds everything that is wrong with that; of arms or visits that could not
/// be read nothing is said. `over_visits`: whether the analysis is a model over visits, where that is known.
[[nodiscard]] NamedContrast read_contrast(const AnalyzeArguments& arguments, const AnalysisData& data,
                                          std::optional<bool> over_visits, Problems& problems);

}  // namespace equipoise
