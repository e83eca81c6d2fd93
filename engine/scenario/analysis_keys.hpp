#pragma once

#include <span>
#include <string_view>

#include "engine/scenario/analysis_part.hpp"
#include "engine/scenario/schema/keys.hpp"

namespace equipoise {

/// The keys of an analysis; `with_name`: of one beside the protocol's.
[[nodiscard]] Keys<AnalysisPart> analysis_keys(bool with_name);

/// Which methods a key says something to; empty for the keys that all of them have.
[[nodiscard]] std::span<const AnalysisMethod> methods_of_key(std::string_view key);

/// The keys that belong to some methods only.
[[nodiscard]] std::span<const std::string_view> method_keys();

}  // namespace equipoise
