#include "tools/cli/cell_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace equipoise {
namespace {

// R's, spreadsheets', databases', Python's and SAS's.
constexpr std::array<std::string_view, 6> known_as_missing{"NA", "N/A", "#N/A", "NaN", "NULL", "."};
constexpr std::array<std::string_view, 2> known_as_infinite{"inf", "infinity"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether only digits and the signs that people write among them are left.
bool digits_and_signs(std::string_view text) {
  // A no-break space and a narrow one.
  constexpr std::array<std::string_view, 2> spaces{"\xC2\xA0", "\xE2\x80\xAF"};
  bool any_digit = false;
  while (!text.empty()) {
    const auto space = std::ranges::find_if(spaces, [&](std::string_view s) { return text.starts_with(s); });
    if (space != spaces.end()) {
      text.remove_prefix(space->size());
      continue;
    }
    if (!digit(text[0]) && std::string_view(".,%'_ ").find(text[0]) == std::string_view::npos) return false;
    any_digit = any_digit || digit(text[0]);
    text.remove_prefix(1);
  }
  return any_digit;
}

bool hexadecimal(std::string_view text) {
  if (text.size() < 3 || text[0] != '0' || lower(text[1]) != 'x') return false;
  return std::ranges::all_of(text.substr(2),
                             [](char c) { return digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); });
}

}  // namespace

CellValue cell_value(std::string_view text) {
  if (text.empty() || std::ranges::any_of(known_as_missing, [&](auto w) { return same_word(w, text); })) {
    return {};
  }
  constexpr std::string_view printed_minus = "\xE2\x88\x92";
  std::string_view rest = text;
  const bool negative = rest[0] == '-';
  if (negative || rest[0] == '+') {
    rest.remove_prefix(1);
  } else if (rest.starts_with(printed_minus)) {
    rest.remove_prefix(printed_minus.size());
    return {digits_and_signs(rest) ? CellValue::Kind::like_number : CellValue::Kind::word};
  }
  if (std::ranges::any_of(known_as_infinite, [&](auto w) { return same_word(w, rest); })) {
    return {CellValue::Kind::not_finite};
  }
  if (!rest.empty() && (digit(rest[0]) || rest[0] == '.')) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    const bool whole = end == rest.data() + rest.size();
    if (whole && error == std::errc{}) return {CellValue::Kind::number, negative ? -value : value};
    if (whole && error == std::errc::result_out_of_range) return {CellValue::Kind::not_finite};
  }
  const bool like = digits_and_signs(rest) || hexadecimal(rest);
  return {like ? CellValue::Kind::like_number : CellValue::Kind::word};
}

std::string missing_words() {
  return fmt::format("{}", fmt::join(known_as_missing, ", "));
}

}  // namespace equipoise
