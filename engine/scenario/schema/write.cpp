#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/scenario/schema/document.hpp"

namespace equipoise {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string key_text(std::string_view key) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const bool is_plain = !key.empty() && key.find_first_not_of(plain) == std::string_view::npos;
  return is_plain ? std::string(key) : in_quotes(key);
}

std::string number_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  // The shortest decimal that reads back as the same double; TOML tells a number from a whole number by the
  // point.
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string inline_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::string:
      return in_quotes(value.text());
    case Value::Kind::integer:
      return std::to_string(value.integer());
    case Value::Kind::number:
      return number_text(value.number());
    case Value::Kind::boolean:
      return value.boolean() ? "true" : "false";
    case Value::Kind::array:
    case Value::Kind::table:
      break;
  }
  std::vector<std::string> parts;
  for (const Value& item : value.items()) {
    parts.push_back(value.is_table() ? fmt::format("{} = {}", key_text(item.key()), inline_text(item))
                                     : inline_text(item));
  }
  if (value.is_array()) return fmt::format("[{}]", fmt::join(parts, ", "));
  return parts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

bool has_own_header(const Value& value) {
  if (value.is_table()) return !value.is_inlined();
  return value.is_array_of_tables() && !value.items().front().is_inlined();
}

void write_table(const Value& table, const std::string& path, std::string& out);

void write_section(const Value& item, const std::string& parent, std::string& out) {
  const std::string path = parent.empty() ? key_text(item.key()) : parent + "." + key_text(item.key());
  if (item.is_array()) {
    for (const Value& element : item.items()) {
      out += fmt::format("\n[[{}]]\n", path);
      write_table(element, path, out);
    }
    return;
  }
  bool only_sections = !item.items().empty();
  for (const Value& member : item.items()) only_sections = only_sections && has_own_header(member);
  if (!only_sections) out += fmt::format("\n[{}]\n", path);
  write_table(item, path, out);
}

void write_table(const Value& table, const std::string& path, std::string& out) {
  for (const Value& item : table.items()) {
    if (!has_own_header(item)) out += fmt::format("{} = {}\n", key_text(item.key()), inline_text(item));
  }
  for (const Value& item : table.items()) {
    if (has_own_header(item)) write_section(item, path, out);
  }
}

}  // namespace

std::string to_toml(const Value& root) {
  std::string out;
  write_table(root, {}, out);
  return out;
}

std::string to_inline_toml(const Value& value) {
  return inline_text(value);
}

}  // namespace equipoise
