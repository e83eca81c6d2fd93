#pragma once

#include <span>

namespace equipoise {

/// The quantile of a sample: its order statistics joined by straight lines, the smallest at probability 0 and
/// the largest at 1 (definition 7 of Hyndman and Fan, American Statistician 50, 1996). `sorted`: ascending,
/// at least one.
[[nodiscard]] double sample_quantile(std::span<const double> sorted, double probability);

}  // namespace equipoise
