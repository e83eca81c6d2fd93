#pragma once

#include <vector>

#include "engine/design/ids.hpp"

namespace equipoise {

/// Who leaves the trial. The hazard of leaving before visit v, for a participant still in it, is
///
///   logit h_v = intercept_v + per_session * sessions attended
///               + last_seen * (last value seen, standardized) + unseen * (value at v, standardized)
///
/// Standardized: in baseline SDs from the baseline mean, positive where worse. `last_seen` makes the loss missing at
/// random, `unseen` missing not at random. Intercepts are solved so that `retention` holds.
struct DropoutRules {
  std::vector<double> retention;   // share still in the trial at the last visit, one an arm
  std::vector<double> shape;       // share of the loss that has happened by visit v, one a visit, the last is 1
  EndpointId endpoint;             // whose values the two terms below look at
  double per_session = 0.0;
  double last_seen = 0.0;
  double unseen = 0.0;
  double missed_visit = 0.0;       // probability that somebody still in the trial misses a visit before the last
};

}  // namespace equipoise
