#include "tools/cli/option_checks.hpp"

#include <charconv>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/base/problem.hpp"

namespace equipoise {

std::string wrong_number(const std::string& text, const Range& range) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return to_text(Problem{{}, fmt::format("'{}' is no number", text), {}, {}});
  }
  if (range.contains(number)) return {};
  return to_text(
      Problem{{}, fmt::format("{} is out of range", text), fmt::format("it must be {}", to_text(range)), {}});
}

std::string wrong_word(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == text) return {};
  }
  return to_text(Problem{{}, fmt::format("'{}' is not known", text), {}, suggest(text, words)});
}

}  // namespace equipoise
