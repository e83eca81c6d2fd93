#pragma once

#include <string>
#include <vector>

#include "engine/scenario/schema/range.hpp"

namespace equipoise {

// What is wrong with the text of an option, in the words of a Problem without its place; empty where nothing
// is. For CLI::Option::check.

/// Anything but a number in the range.
[[nodiscard]] std::string wrong_number(const std::string& text, const Range& range);

/// Anything but one of these words.
[[nodiscard]] std::string wrong_word(const std::string& text, const std::vector<std::string>& words);

}  // namespace equipoise
