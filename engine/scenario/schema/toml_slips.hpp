#pragma once

#include <string>
#include <string_view>

namespace equipoise {

/// What to write instead, of a line that a TOML parser refuses; `message` is the parser's. Knows what people
/// in a hurry write: words without quotes, decimal commas, curly quotes, a section twice. Empty where it is
/// none of these.
[[nodiscard]] std::string remedy_of(std::string_view line, std::string_view message);

/// The line of that number, from 1, without its end.
[[nodiscard]] std::string_view line_of(std::string_view text, std::size_t number);

}  // namespace equipoise
