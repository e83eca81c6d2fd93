#pragma once

#include "engine/base/problem.hpp"
#include "engine/scenario/schema/value.hpp"
#include "models/condition_file.hpp"

namespace equipoise {

/// Adds a problem for everything that no single key can see: names that are not there, correlations that
/// cannot be, lists that do not match. `root` is the tree that the file was read from, for the places.
void check_condition(const ConditionFile& file, const Value& root, Problems& problems);

}  // namespace equipoise
