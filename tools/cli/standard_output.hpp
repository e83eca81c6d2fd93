#pragma once

#include <string>

namespace equipoise {

/// Prints a command's answer at once, before any message about it. What cannot be written main() tells.
void print_answer(const std::string& text);

/// Whether standard output is a pipe that nobody reads any more.
[[nodiscard]] bool reader_has_gone();

}  // namespace equipoise
