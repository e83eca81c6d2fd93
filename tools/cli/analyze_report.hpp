#pragma once

#include <string>

#include "engine/analysis/analyse.hpp"
#include "tools/cli/analysis_data.hpp"

namespace equipoise {

/// One analysis and what came of it.
struct AnalysisReport {
  std::string method;
  std::string contrast;  // in words: "treated - control at 4"
  std::string test;      // likewise: "noninferiority, margin 1, lower is better"
  std::string scale;     // what the estimate is a number of: "log odds ratio"
  const AnalysisData& data;
  Estimate estimate;
  double confidence = 0.95;
  FitDetails details;
};

[[nodiscard]] std::string report_table(const AnalysisReport& report);
[[nodiscard]] std::string report_json(const AnalysisReport& report);
[[nodiscard]] std::string report_csv(const AnalysisReport& report);

}  // namespace equipoise
