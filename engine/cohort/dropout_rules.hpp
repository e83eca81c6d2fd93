#pragma once

#include <vector>

#include "engine/design/ids.hpp"

namespace equipoise {

/// Arms that together keep this share of their participants to the last visit.
struct RetentionGoal {
  double retention = 1.0;
  std::vector<ArmId> arms;
};

/// Who leaves the trial. The hazard of leaving before visit v, for a participant still in it, is
///
///   logit h_v = intercept_v + per_session * sessions attended
///               + last_seen * (last value seen, standardized) + unseen * (value at v, standardized)
///
/// Standardized: in baseline SDs from the baseline mean, positive where worse. `last_seen` makes the loss
/// missing at random, `unseen` missing not at random. The intercepts are solved so that each goal's retention
/// holds; arms of one goal share them, so that within a goal the arms differ only by what their participants
/// attend and feel.
struct DropoutRules {
  std::vector<RetentionGoal> goals;  // every arm in exactly one
  std::vector<double> shape;  // share of the loss that has happened by visit v, one a visit, the last is 1
  EndpointId endpoint;        // whose values the two terms look at
  double per_session = 0.0;
  double last_seen = 0.0;
  double unseen = 0.0;
  /// Probability that somebody still in the trial misses a visit and comes again later. Not of the last
  /// visit: missing that one cannot be told from leaving before it.
  double missed_visit = 0.0;

  [[nodiscard]] bool depends_on_person() const {
    return per_session != 0.0 || last_seen != 0.0 || unseen != 0.0;
  }
};

}  // namespace equipoise
