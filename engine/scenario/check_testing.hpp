#pragma once

#include <optional>

#include "engine/scenario/check_context.hpp"
#include "engine/testing/multiplicity_rules.hpp"

namespace equipoise {

/// Finds what is wrong with the multiplicity procedure: rules that contradict themselves, and hypotheses that
/// it does not fit.
void check_testing(const CheckContext& context);

/// The rules of a scenario that has been checked.
[[nodiscard]] MultiplicityRules multiplicity_rules(const Scenario& scenario);

}  // namespace equipoise
