#include "engine/scenario/schema/document.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

// toml++ is used in this file and in no other.
#include <toml++/toml.h>

#include "engine/base/printable.hpp"
#include "engine/scenario/schema/nesting.hpp"
#include "engine/scenario/schema/toml_slips.hpp"

namespace equipoise {
namespace {

Place place_in(const std::string& file, const toml::source_position& position) {
  return {file, static_cast<int>(position.line), static_cast<int>(position.column)};
}

/// The text as it may be shown to anybody. One that holds what a terminal obeys is a problem; line breaks and
/// tabs are the affair of who reads the value.
std::string shown(const std::string& text, const Place& place, Problems& problems) {
  std::string without_breaks = text;
  std::erase_if(without_breaks, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  const std::string control = control_character(without_breaks);
  if (control.empty()) return text;
  problems.add(place, fmt::format("a text with the character {}", control),
               "it is no letter: whoever prints it obeys it", "take it out");
  return printable(text);
}

Value value_from(const toml::node& node, const std::string& file, Problems& problems);

Value table_from(const toml::table& table, const std::string& file, Problems& problems) {
  Value value = Value::make_table(place_in(file, table.source().begin), table.is_inline());
  // The library sorts members by name; their keys' places bring back the order of the file.
  std::vector<std::pair<const toml::key*, const toml::node*>> members;
  for (auto&& [key, node] : table) members.emplace_back(&key, &node);
  const auto position = [](const auto& member) {
    const toml::source_position at = member.first->source().begin;
    return std::tuple(at.line, at.column);
  };
  std::ranges::stable_sort(members, {}, position);
  for (const auto& [key, node] : members) {
    const Place place = place_in(file, key->source().begin);
    value.set(shown(std::string(key->str()), place, problems), value_from(*node, file, problems), place);
  }
  return value;
}

Value value_from(const toml::node& node, const std::string& file, Problems& problems) {
  Place place = place_in(file, node.source().begin);
  if (const auto* table = node.as_table()) return table_from(*table, file, problems);
  if (const auto* array = node.as_array()) {
    Value value = Value::make_array(std::move(place));
    for (const toml::node& element : *array) value.append(value_from(element, file, problems));
    return value;
  }
  if (const auto* text = node.as_string()) return Value::of(shown(text->get(), place, problems), place);
  if (const auto* integer = node.as_integer()) return Value::of(integer->get(), std::move(place));
  if (const auto* number = node.as_floating_point()) return Value::of(number->get(), std::move(place));
  if (const auto* boolean = node.as_boolean()) return Value::of(boolean->get(), std::move(place));
  problems.add(place, "a date or a time", "no key here takes one", "put it in quotes if a text is meant");
  return Value::of(std::string(), std::move(place));
}

void move_to(Value& value, const Place& place) {
  Value moved = [&] {
    switch (value.kind()) {
      case Value::Kind::string:
        return Value::of(value.text(), place);
      case Value::Kind::integer:
        return Value::of(value.integer(), place);
      case Value::Kind::number:
        return Value::of(value.number(), place);
      case Value::Kind::boolean:
        return Value::of(value.boolean(), place);
      case Value::Kind::array:
        return Value::make_array(place);
      case Value::Kind::table:
        break;
    }
    return Value::make_table(place, value.is_inlined());
  }();
  for (Value& item : value.items()) {
    move_to(item, place);
    if (value.is_table()) {
      moved.set(std::string(item.key()), item, place);
    } else {
      moved.append(item);
    }
  }
  value.become(std::move(moved));
}

// A word that TOML would want in quotes, and that a command line should not have to quote twice.
bool is_bare(std::string_view text) {
  return !text.empty() && std::string_view("[{\"'").find(text.front()) == std::string_view::npos;
}

/// Reads the whole file. What stops it is the problem's `what`, which is empty where nothing does.
Problem what_stops_reading(const std::filesystem::path& file, std::string& text) {
  Problem problem{{file.string(), 0, 0}, {}, {}, {}};
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    problem.what = "there is no such file";
  } else if (std::filesystem::is_directory(status)) {
    problem.what = "it is a folder";
    problem.suggestion = "name the file";
  } else if (!std::filesystem::is_regular_file(status)) {
    problem.what = "it is a pipe or a device";
    problem.why = "it would be waited for, and could be read once only";
    problem.suggestion = "write it to a file first";
  } else {
    std::ifstream stream(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream.is_open() || stream.bad())
      problem.what = "it cannot be read";
    else if (text.empty())
      problem.what = "it is empty";
  }
  return problem;
}

std::string sentence(std::string_view description) {
  std::string text(description);
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

}  // namespace

Value parse_toml(std::string_view text, const std::string& file, Problems& problems) {
  if (!check_nesting(text, file, problems)) return Value::make_table({file, 1, 1});
  try {
    const toml::table table = toml::parse(text, std::string_view(file));
    return table_from(table, file, problems);
  } catch (const toml::parse_error& error) {
    const Place place = place_in(file, error.source().begin);
    const std::string why = sentence(error.description());
    problems.add(place, "not valid TOML", why,
                 remedy_of(line_of(text, static_cast<std::size_t>(place.line)), why));
  }
  return Value::make_table({file, 1, 1});
}

Value read_toml(const std::filesystem::path& file, Problems& problems) {
  const std::string name = file.string();
  std::string text;
  const Problem wrong = what_stops_reading(file, text);
  if (wrong.what.empty()) return parse_toml(text, name, problems);
  problems.add(wrong);
  return Value::make_table({name, 0, 0});
}

Value parse_toml_value(std::string_view text, const Place& place, Problems& problems) {
  Problems nested;
  if (!check_nesting(text, place.file, nested)) {
    const Problem& problem = nested.all().front();
    problems.add(place, problem.what, problem.why, "write a number, a word or a short list");
    return Value::of(std::string(), place);
  }
  std::string why;
  try {
    const toml::table table = toml::parse(fmt::format("value = {}", text));
    Problems unusable;
    Value root = table_from(table, place.file, unusable);
    if (root.items().size() == 1 && (unusable.empty() || !is_bare(text))) {
      for (const Problem& problem : unusable.all()) {
        problems.add(place, problem.what, problem.why, problem.suggestion);
      }
      Value value = *root.find("value");
      move_to(value, place);
      return value;
    }
  } catch (const toml::parse_error& error) {
    why = sentence(error.description());
  }
  if (!is_bare(text)) {
    problems.add(place, fmt::format("the value '{}' is not valid TOML", text), why,
                 "write a number, a word, true, false, \"text\" or [a, list]");
  }
  return Value::of(shown(std::string(text), place, problems), place);
}

}  // namespace equipoise
