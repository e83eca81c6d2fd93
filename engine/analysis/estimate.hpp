#pragma once

#include <limits>

#include "engine/base/fit_status.hpp"

namespace equipoise {

/// What an analysis says of one contrast: treatment minus comparator, on the scale of the transformed value.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  double se = std::numeric_limits<double>::quiet_NaN();
  double df =
      std::numeric_limits<double>::quiet_NaN();  // infinite where the reference distribution is normal
  double statistic = std::numeric_limits<double>::quiet_NaN();  // of the null that decides the test
  double p = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();  // confidence limits at Question::confidence()
  double upper = std::numeric_limits<double>::quiet_NaN();
  FitStatus status = FitStatus::too_few;

  /// Whether there is a number at all: a failed fit rejects nothing and covers nothing.
  [[nodiscard]] bool usable() const { return status == FitStatus::ok || status == FitStatus::boundary; }
};

/// An estimate that could not be made.
[[nodiscard]] constexpr Estimate failed(FitStatus status) {
  Estimate estimate;
  estimate.status = status;
  return estimate;
}

}  // namespace equipoise
