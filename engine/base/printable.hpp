#pragma once

#include <string>
#include <string_view>

namespace equipoise {

/// The first character of a UTF-8 text that a terminal would obey instead of showing it, or that turns the
/// order of what is read around: a control character, a line or paragraph separator, an embedding, override
/// or isolate of writing direction (Unicode 15, chapter 23). As "U+001B"; empty where there is none.
[[nodiscard]] std::string control_character(std::string_view text);

/// The text with each of them written out, such as \u001B.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace equipoise
