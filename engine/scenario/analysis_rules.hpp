#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/scenario/analysis_part.hpp"

namespace equipoise {

// What the keys of one analysis mean beside each other, whoever wrote them.

/// Whether the analysis models the visits together: `mmrm`, `gee` of participants, `mixed` with a random
/// slope. The method must be given.
[[nodiscard]] bool looks_over_visits(const AnalysisPart& part);

/// Whether it tells therapy groups apart: `mixed` and `gee` where they are not over visits.
[[nodiscard]] bool looks_at_groups(const AnalysisPart& part);

struct AnalysisMistake {
  std::string_view key;
  std::string what;
  std::string why;
  std::string suggestion;
};

/// Keys that say nothing, or something impossible, beside the others.
[[nodiscard]] std::vector<AnalysisMistake> combination_mistakes(const AnalysisPart& part);

}  // namespace equipoise
