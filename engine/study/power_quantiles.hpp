#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/characteristics/assurance.hpp"

namespace equipoise {

/// The quantiles of the powers behind shares of rejections, each of which was seen in so many trials, the
/// trials' binomial noise taken out: engine/methods/assurance.md has the derivation. `mean` and `sd` are
/// those of the powers, between 0 and 1. `shares`: ascending, at least one.
[[nodiscard]] std::array<double, power_probabilities.size()> power_quantiles(std::span<const double> shares,
                                                                             double mean, double sd,
                                                                             std::uint64_t trials);

}  // namespace equipoise
