#pragma once

#include "engine/base/problem.hpp"

namespace equipoise {

/// Tells on standard error what the user should look at and what stops nothing: a line each.
void tell_warnings(const Problems& warnings);

}  // namespace equipoise
