#include "engine/scenario/schema/toml_slips.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace equipoise {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool has_curly_quotes(std::string_view line) {
  return std::ranges::any_of(std::array<std::string_view, 4>{"\u201C", "\u201D", "\u2018", "\u2019"},
                             [&](std::string_view quote) { return line.find(quote) != line.npos; });
}

/// Of "0,05" and "10,000": a comma between two digits, and three or other than three after it.
std::string of_number(std::string_view value) {
  const std::size_t digits = value.find_first_not_of("0123456789");
  const std::string_view whole = value.substr(0, digits);
  const std::string_view rest = digits == value.npos ? std::string_view() : value.substr(digits);
  if (value.size() > 1 && value.front() == '.' && is_digit(value[1])) return fmt::format("write 0{}", value);
  if (whole.empty() || rest.empty()) return {};
  if (rest == ".") return fmt::format("write {} or {}.0", whole, whole);
  if (rest.back() == '%') return "write a share, such as 0.2 for 20 %";
  if (rest.front() == ',' && rest.size() > 1 && is_digit(rest[1])) {
    const bool thousands = rest.size() == 4 && whole != "0";
    return thousands ? fmt::format("write {}{}, or {}_{}", whole, rest.substr(1), whole, rest.substr(1))
                     : fmt::format("write {}.{}, with a point", whole, rest.substr(1));
  }
  if (whole.front() == '0' && whole.size() > 1) return "a number does not begin with 0";
  return {};
}

std::string of_word(std::string_view key, std::string_view value) {
  std::string small(value);
  std::ranges::transform(small, small.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (small == "true" || small == "false") return fmt::format("write {} = {}", key, small);
  if (small == "yes" || small == "no") return "write true or false";
  const bool plain = std::isalpha(static_cast<unsigned char>(value.front())) != 0 || value.front() == '/' ||
                     value.starts_with("./") || value.starts_with("../");
  if (plain && value.find('"') == value.npos) return fmt::format("write {} = \"{}\", in quotes", key, value);
  return {};
}

/// Of a list or a table in braces without the commas between its values.
std::string of_list(std::string_view value) {
  const bool list = value.front() == '[';
  if (!list && value.front() != '{') return {};
  const bool open = value.find(list ? ']' : '}') == value.npos;
  if (open) return fmt::format("close it with '{}', and put commas between the values", list ? ']' : '}');
  return "put commas between the values, and quotes around words";
}

std::string of_value(std::string_view key, std::string_view value) {
  if (value.empty()) return fmt::format("write {} = VALUE", key);
  if (value.front() == '"' || value.front() == '\'') {
    const auto quotes = std::ranges::count(value, value.front());
    return quotes == 1 ? fmt::format("close the text with {}", value.front()) : std::string();
  }
  for (const std::string& found : {of_number(value), of_list(value), of_word(key, value)}) {
    if (!found.empty()) return found;
  }
  return {};
}

/// The name of a table or a key that the parser says is there already.
std::optional<std::string> redefined(std::string_view message) {
  const std::size_t at = message.find("redefine existing");
  if (at == message.npos) return std::nullopt;
  const std::size_t open = message.find('\'', at);
  const std::size_t close = open == message.npos ? open : message.find('\'', open + 1);
  if (close == message.npos) return std::nullopt;
  return std::string(message.substr(open + 1, close - open - 1));
}

std::string of_second(std::string_view line, const std::string& name) {
  if (line.starts_with("[")) {
    return fmt::format("for several of them write [[{}]] each time; else put the keys into one section",
                       name);
  }
  return "a key stands once: take one of the lines out";
}

}  // namespace

std::string_view line_of(std::string_view text, std::size_t number) {
  for (; number > 1; --number) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

std::string remedy_of(std::string_view line, std::string_view message) {
  line = trimmed(line);
  if (line.empty()) return {};
  if (const auto name = redefined(message)) return of_second(line, *name);
  if (has_curly_quotes(line)) return "write straight quotes: \"…\"";
  if (line.starts_with("//") || line.starts_with(";") || line.starts_with("%"))
    return "a comment begins with #";
  if (line.starts_with("[")) {
    return line.find('=') == line.npos ? "a section is one name in brackets, such as [cohort] or [[arm]]"
                                       : "";
  }
  const std::size_t equals = line.find('=');
  const std::string_view key = trimmed(line.substr(0, equals));
  if (equals == line.npos) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return "write KEY = VALUE";
    return fmt::format("write {} = {}", trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  const bool one_word = std::ranges::all_of(key, [](char c) { return is_word(c) || c == '.'; });
  const bool quoted = key.find('"') != key.npos || key.find('\'') != key.npos;
  if (!one_word && !quoted) {
    std::string joined(key);
    std::ranges::replace(joined, ' ', '_');
    return fmt::format("a key is one word: {}", joined);
  }
  std::string_view value = line.substr(equals + 1);
  if (value.find('"') == value.npos && value.find('\'') == value.npos)
    value = value.substr(0, value.find('#'));
  return of_value(key, trimmed(value));
}

}  // namespace equipoise
