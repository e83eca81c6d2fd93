#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/calibration/evidence.hpp"
#include "engine/design/design.hpp"
#include "engine/design/trial_data.hpp"

namespace equipoise {

/// Everybody of many simulated trials of one design. Groups are numbered over all of them.
struct PooledTrials {
  TrialData data;
  std::vector<double> sessions;
};

/// Where a target stands in a design.
struct TargetPlace {
  std::optional<EndpointId> endpoint;  // empty: retention or attendance
  bool attendance = false;
  std::vector<VisitId> visits;
  std::uint64_t arms = 0;         // bit a: arm a; of a contrast the first
  std::uint64_t second_arms = 0;  // of a contrast
};

/// Finds the target's arms, endpoint and visits in the design of its trial. What is not there is a problem at
/// the target's keys in `node`.
[[nodiscard]] std::optional<TargetPlace> place_of_target(const Target& target, const Value& node,
                                                         const Design& design, Problems& problems);

/// The statistic in the pooled participants, as engine/methods/calibration.md defines it: of a ratio its
/// logarithm, of everything else the number itself. NaN where nobody is there to be counted.
[[nodiscard]] double statistic_of(const Target& target, const TargetPlace& place, const Design& design,
                                  const PooledTrials& trials);

}  // namespace equipoise
