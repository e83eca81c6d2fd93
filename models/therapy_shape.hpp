#pragma once

#include "models/trajectory_parameters.hpp"

namespace equipoise {

/// The share of a therapy's full effect that is at work `clock` months after the first session, in somebody
/// who at first practises at home this share of the minutes asked for.
[[nodiscard]] double therapy_shape(const TherapyCourse& therapy, double clock, double practice);

}  // namespace equipoise
