#pragma once

#include "engine/scenario/check_context.hpp"

namespace equipoise {

/// What [size] names must be there, and its numbers fit together.
void check_size(const CheckContext& context);

/// An assurance that a search looks for is over something, and not over what is varied; its draws and trials
/// are enough. Only a search minds: a run may have fewer.
void check_assured_size(const CheckContext& context);

}  // namespace equipoise
