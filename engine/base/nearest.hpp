#pragma once

#include <span>
#include <string>
#include <string_view>

namespace equipoise {

/// The number of single-letter insertions, deletions, replacements and swaps of neighbours between two words
/// (optimal string alignment distance).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or empty where none resembles it.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'x'?" where a candidate resembles the word, else "one of: a, b, c" (shortened when there are
/// many).
[[nodiscard]] std::string suggest(std::string_view word, std::span<const std::string> candidates);

}  // namespace equipoise
