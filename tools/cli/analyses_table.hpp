#pragma once

#include <string>

#include "engine/characteristics/characteristics.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// Of each hypothesis that has several analyses: what each does by itself, then the others minus the
/// protocol's on the same trials.
[[nodiscard]] std::string alternatives_tables(const Plan& plan, const Characteristics& all);

/// Of each analysis with fits that failed: what they make of the power, and what took their place.
[[nodiscard]] std::string failed_fits_tables(const Characteristics& all);

}  // namespace equipoise
