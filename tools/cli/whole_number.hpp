#pragma once

#include <cstdint>
#include <string>

namespace equipoise {

/// What is wrong with a text as a whole number from `least` to 2^63 - 1; empty where nothing is. Options
/// check their texts with it before they are read, for reading alone would take a number that is too large
/// for the largest there is.
[[nodiscard]] std::string wrong_whole_number(const std::string& text, std::int64_t least);

}  // namespace equipoise
