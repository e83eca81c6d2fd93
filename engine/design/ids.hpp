#pragma once

#include "engine/base/id.hpp"

namespace equipoise {

using ArmId = Id<struct ArmTag>;
using EndpointId = Id<struct EndpointTag>;
using HypothesisId = Id<struct HypothesisTag>;
/// Visit 0 is baseline; visit v is the v-th of the schedule.
using VisitId = Id<struct VisitTag>;

inline constexpr VisitId baseline_visit{0};

}  // namespace equipoise
