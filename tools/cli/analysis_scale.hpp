#pragma once

#include <string>

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// What an estimate is a number of: "difference of means", "log odds ratio".
[[nodiscard]] std::string scale_of(const Contrast& contrast, const AnalysisOptions& options);

}  // namespace equipoise
