#pragma once

#include <string>
#include <string_view>

#include "engine/base/problem.hpp"

namespace equipoise {

/// What stands within what in our files goes 6 deep. Every level is a call for whoever reads, writes or
/// forgets the tree, and some thousands of calls are more than a stack holds.
inline constexpr std::size_t deepest_nesting = 32;

/// Tells of a TOML text whose dotted keys have more than deepest_nesting pieces, or whose brackets and braces
/// stand as deep within each other, before anything is built of it. Returns whether it may be parsed.
bool check_nesting(std::string_view toml, const std::string& file, Problems& problems);

}  // namespace equipoise
