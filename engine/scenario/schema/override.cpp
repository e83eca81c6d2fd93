#include "engine/scenario/schema/override.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/nesting.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The first '=' outside of quotes: the name of an arm may have one.
std::size_t equals_sign(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == quote) quote = 0;
    } else if ((text[i] == '"' || text[i] == '\'') && (i == 0 || text[i - 1] == '.')) {
      quote = text[i];
    } else if (text[i] == '=') {
      return i;
    }
  }
  return std::string_view::npos;
}

void flatten(const Value& table, const std::string& prefix, std::vector<Override>& overrides) {
  for (const Value& item : table.items()) {
    // A quoted key may itself be a dotted path, so its dots stay what they are.
    const std::string path = prefix.empty() ? item.key() : prefix + "." + item.key();
    if (item.is_table() && !item.is_inlined()) {
      flatten(item, path, overrides);
    } else {
      overrides.push_back({path, item, item.key_place()});
    }
  }
}

/// The path that ends with the last piece of another, which may be all that somebody remembers; empty where
/// none or several do.
std::string only_ending(std::string_view path, std::span<const std::string> known) {
  const std::string last = split_path(path).back();
  std::string found;
  for (const std::string& other : known) {
    if (split_path(other).back() != last) continue;
    if (!found.empty()) return {};
    found = other;
  }
  return found;
}

}  // namespace

std::optional<Override> parse_override(std::string_view text, Problems& problems) {
  const Place place{"--set", 0, 0};
  const std::size_t equals = equals_sign(text);
  const std::string_view key = trimmed(text.substr(0, equals == std::string_view::npos ? 0 : equals));
  if (key.empty()) {
    problems.add(place, fmt::format("'{}' does not say what to set", text), {},
                 "write KEY=VALUE, such as --set groups.icc=0.05");
    return std::nullopt;
  }
  if (split_path(key).size() > deepest_nesting) {
    problems.add(place, fmt::format("a key of more than {} pieces", deepest_nesting), "no key stands so deep",
                 "write KEY=VALUE, such as --set groups.icc=0.05");
    return std::nullopt;
  }
  const std::string_view value = trimmed(text.substr(equals + 1));
  if (value.empty()) {
    problems.add(place, fmt::format("'{}' has no value", key), {},
                 "write KEY=VALUE, such as --set groups.icc=0.05");
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  const Place place_of_key{fmt::format("--set {}", key), 0, 0};
  Value parsed = parse_toml_value(value, place_of_key, problems);
  if (problems.size() > before) return std::nullopt;
  return Override{std::string(key), std::move(parsed), place_of_key};
}

std::vector<Override> overrides_in(const Value& table) {
  std::vector<Override> overrides;
  flatten(table, {}, overrides);
  return overrides;
}

void apply_overrides(Value& root, std::span<const Override> overrides,
                     std::span<const std::string> other_keys, Problems& problems) {
  for (const Override& change : overrides) {
    if (find_path(root, change.path) != nullptr) {
      set_path(root, change.path, change.value, problems);
      continue;
    }
    std::vector<std::string> known = leaf_paths(root);
    // What the file's own [override] holds is no key to be meant.
    std::ranges::copy_if(other_keys, std::back_inserter(known),
                         [](const std::string& key) { return !key.starts_with("override."); });
    std::string near = nearest(change.path, known);
    if (near.empty()) near = only_ending(change.path, known);
    problems.add(change.place, fmt::format("there is no key '{}'", change.path),
                 "neither the scenario nor its condition has it",
                 near.empty() ? "'equipoise list keys' prints what there is"
                              : fmt::format("did you mean '{}'?", near));
  }
}

}  // namespace equipoise
