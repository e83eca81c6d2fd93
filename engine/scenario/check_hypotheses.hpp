#pragma once

#include "engine/scenario/check_context.hpp"

namespace equipoise {

/// Finds what is wrong with the hypotheses: what they name that is not there, and analyses that do not fit.
void check_hypotheses(const CheckContext& context);

}  // namespace equipoise
