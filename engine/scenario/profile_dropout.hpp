#pragma once

#include <string>

#include "engine/cohort/condition.hpp"
#include "engine/cohort/dropout_rules.hpp"
#include "engine/design/design.hpp"
#include "engine/scenario/scenario.hpp"

namespace equipoise {

/// The endpoint whose values make people leave; empty where the loss depends on no value.
[[nodiscard]] std::string dropout_endpoint(const Scenario& scenario, const Condition& condition);

/// Who leaves: the profile's published losses over its months, brought to the scenario's visits, with
/// whatever the scenario says otherwise. Where it does not name a retention and its last visit is earlier
/// than the profile's, less is lost by then.
[[nodiscard]] DropoutRules dropout_rules(const Scenario& scenario, const Condition& condition,
                                         const Design& design);

}  // namespace equipoise
