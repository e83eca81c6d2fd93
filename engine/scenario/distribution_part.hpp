#pragma once

#include <optional>
#include <string>

#include "engine/numeric/distribution.hpp"
#include "engine/scenario/schema/codec.hpp"

namespace equipoise {

/// A distribution as a scenario writes it: { min = 0, max = 0.1 }, { uniform = [0, 0.1] },
/// { normal = [0.3, 0.1] }, { lognormal = [-3, 0.5] }, { beta = [2, 38] }; any of them with
/// within = [low, high], outside of which it is cut off.
template <>
struct Codec<Distribution> {
  static std::string type() { return "distribution"; }
  static std::string text(const Distribution& distribution);
  static std::optional<Distribution> read(const Value& value, const std::string& path, const KeyInfo& info,
                                          Problems& problems);
};

}  // namespace equipoise
