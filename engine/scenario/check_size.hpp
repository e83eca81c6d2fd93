#pragma once

#include "engine/scenario/check_context.hpp"

namespace equipoise {

/// What [size] names must be there, and its numbers fit together.
void check_size(const CheckContext& context);

}  // namespace equipoise
