#pragma once

#include "engine/trial/plan.hpp"

namespace equipoise {

/// What a trial of the plan takes with so many participants, in seconds of one core of a usual machine: from
/// counts alone (participants, visits, endpoints, the kinds of analysis), so that whoever decides by it
/// decides the same everywhere. True to a factor of about two (engine/decisions/0014-size-search.md).
[[nodiscard]] double trial_cost(const Plan& plan, double participants);

}  // namespace equipoise
