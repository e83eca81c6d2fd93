#pragma once

#include "engine/scenario/check_context.hpp"

namespace equipoise {

/// What is possible and probably not meant, in a scenario that is right: the trial runs, and the user is
/// told. Expects a condition, and no problems. The context's own problems are left alone.
[[nodiscard]] Problems warnings_of(const CheckContext& context);

}  // namespace equipoise
