#pragma once

#include <optional>
#include <string>

#include "engine/numeric/distribution.hpp"
#include "engine/scenario/schema/codec.hpp"

namespace equipoise {

/// A distribution as a file writes it: { normal = [mean, sd] }, { lognormal = [median, sd of the logarithm]
/// }, { beta = [a, b] } or { uniform = [low, high] }, each with `within = [low, high]` where it is cut off.
template <>
struct Codec<Distribution> {
  static std::string type() { return "distribution"; }
  static std::string text(const Distribution& distribution);
  static std::optional<Distribution> read(const Value& value, const std::string& path, const KeyInfo& info,
                                          Problems& problems);
};

}  // namespace equipoise
