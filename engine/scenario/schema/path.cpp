#include "engine/scenario/schema/path.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"

namespace equipoise {
namespace {

std::optional<std::size_t> number_from_one(std::string_view piece) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(piece.data(), piece.data() + piece.size(), number);
  if (error != std::errc{} || end != piece.data() + piece.size() || number == 0) return std::nullopt;
  return number;
}

std::string element_name(const Value& element, std::size_t index) {
  const Value* name = element.find("name");
  return name != nullptr && name->is_string() ? name->text() : std::to_string(index + 1);
}

const Value* element_of(const Value& array, std::string_view piece) {
  for (const Value& element : array.items()) {
    const Value* name = element.find("name");
    if (name != nullptr && name->is_string() && name->text() == piece) return &element;
  }
  const auto number = number_from_one(piece);
  return number && *number <= array.items().size() ? &array.items()[*number - 1] : nullptr;
}

const Value* step(const Value& from, std::string_view piece) {
  if (from.is_table()) return from.find(piece);
  return from.is_array() ? element_of(from, piece) : nullptr;
}

void add_leaves(const Value& value, const std::string& path, std::vector<std::string>& leaves) {
  if (value.is_table() && !is_parameter(value)) {
    for (const Value& item : value.items()) add_leaves(item, join_path(path, item.key()), leaves);
  } else if (value.is_array_of_tables()) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      add_leaves(value.items()[i], join_path(path, element_name(value.items()[i], i)), leaves);
    }
  } else {
    leaves.push_back(path);
  }
}

void replace(Value& target, const Value& value) {
  if (is_parameter(target) && !value.is_table()) {
    target.set("value", value);
    target.set("status", Value::of(std::string("scenario"), value.place()));
  } else {
    target.become(value);
  }
}

void no_such_element(const Value& array, std::string_view piece, std::string_view path, const Place& place,
                     Problems& problems) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < array.items().size(); ++i) names.push_back(element_name(array.items()[i], i));
  problems.add(place,
               fmt::format("'{}' is not there: no '{}' is named or numbered '{}'", path, array.key(), piece),
               {}, suggest(piece, names));
}

}  // namespace

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> pieces(1);
  char quote = 0;
  for (const char c : path) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        pieces.back() += c;
      }
    } else if ((c == '"' || c == '\'') && pieces.back().empty()) {
      quote = c;
    } else if (c == '.') {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

std::string join_path(std::string_view parent, std::string_view piece) {
  const bool plain = piece.find_first_of(".\"'") == std::string_view::npos && !piece.empty();
  const char* quote = piece.find('"') == std::string_view::npos ? "\"" : "'";
  const std::string last = plain ? std::string(piece) : fmt::format("{}{}{}", quote, piece, quote);
  return parent.empty() ? last : fmt::format("{}.{}", parent, last);
}

std::string join_path(std::span<const std::string> pieces) {
  std::string path;
  for (const std::string& piece : pieces) path = join_path(path, piece);
  return path;
}

const Value* find_path(const Value& root, std::string_view path) {
  const Value* at = &root;
  for (const std::string& piece : split_path(path)) {
    at = step(*at, piece);
    if (at == nullptr) return nullptr;
  }
  return at;
}

Value* find_path(Value& root, std::string_view path) {
  return const_cast<Value*>(find_path(static_cast<const Value&>(root), path));
}

Place place_of(const Value& root, std::string_view path) {
  const Value* at = &root;
  for (const std::string& piece : split_path(path)) {
    const Value* next = step(*at, piece);
    if (next == nullptr) break;
    at = next;
  }
  return at->place();
}

std::string canonical_path(const Value& root, std::string_view path) {
  std::vector<std::string> pieces = split_path(path);
  const Value* at = &root;
  for (std::string& piece : pieces) {
    const Value* next = at == nullptr ? nullptr : step(*at, piece);
    if (next != nullptr && at->is_array()) {
      piece = element_name(*next, static_cast<std::size_t>(next - at->items().data()));
    }
    at = next;
  }
  if (at == nullptr && pieces.size() > 1 && pieces.back() == "value") pieces.pop_back();
  return join_path(pieces);
}

bool is_parameter(const Value& value) {
  return value.is_table() && value.find("value") != nullptr;
}

std::vector<std::string> leaf_paths(const Value& root) {
  std::vector<std::string> leaves;
  add_leaves(root, {}, leaves);
  return leaves;
}

void set_path(Value& root, std::string_view path, const Value& value, Problems& problems) {
  const std::vector<std::string> pieces = split_path(path);
  Value* at = &root;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool last = i + 1 == pieces.size();
    if (is_parameter(*at) && last && pieces[i] == "value") break;
    Value* next = const_cast<Value*>(step(*at, pieces[i]));
    if (next == nullptr && at->is_array()) {
      no_such_element(*at, pieces[i], path, value.place(), problems);
      return;
    }
    if (next == nullptr && !at->is_table()) {
      problems.add(value.place(), fmt::format("'{}' cannot be set", path),
                   fmt::format("'{}' is {}, which has no keys", at->key(), at->kind_text()));
      return;
    }
    if (next == nullptr)
      next = &at->set(pieces[i], last ? value : Value::make_table(value.place(), at->is_inlined()));
    at = next;
  }
  replace(*at, value);
}

}  // namespace equipoise
