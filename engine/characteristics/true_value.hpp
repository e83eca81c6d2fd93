#pragma once

#include <limits>
#include <optional>

#include "engine/analysis/analyse.hpp"
#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// The true value of a contrast on every scale that an analysis may estimate it on; NaN where there is none:
/// ratios are of yes/no outcomes at one visit, the share of pairs is found where a rank sum test asks for it.
struct TrueValue {
  static constexpr Simulated none{std::numeric_limits<double>::quiet_NaN(),
                                  std::numeric_limits<double>::quiet_NaN()};

  Simulated difference;
  Simulated log_risk_ratio = none;
  Simulated log_odds_ratio = none;
  Simulated share_of_pairs = none;

  [[nodiscard]] const Simulated& on(std::optional<EstimateScale> scale) const {
    if (!scale) return none;
    switch (*scale) {
      case EstimateScale::difference:
        return difference;
      case EstimateScale::log_risk_ratio:
        return log_risk_ratio;
      case EstimateScale::log_odds_ratio:
        return log_odds_ratio;
      case EstimateScale::share_of_pairs:
        return share_of_pairs;
    }
    return none;
  }
};

}  // namespace equipoise
