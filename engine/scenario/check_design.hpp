#pragma once

#include "engine/scenario/check_context.hpp"

namespace equipoise {

/// Finds what is wrong between the fields of the arms, the cohort, the schedule, the groups, the dropout and
/// the level.
void check_design(const CheckContext& context);

}  // namespace equipoise
