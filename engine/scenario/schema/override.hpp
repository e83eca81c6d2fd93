#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// One value put in the place of another: `--set KEY=VALUE`, or a line of a scenario's [override].
struct Override {
  std::string path;  // dotted, see schema/path.hpp
  Value value;
  Place place;  // of the key
};

/// Reads "KEY=VALUE" from a command line, with VALUE as TOML writes it or a bare word. Its place is "--set".
[[nodiscard]] std::optional<Override> parse_override(std::string_view text, Problems& problems);

/// The overrides of an [override] table, whose keys are dotted paths, quoted or as nested tables.
[[nodiscard]] std::vector<Override> overrides_in(const Value& table);

/// Puts the overrides into a tree in their order. A path that the tree does not have is a problem, with the
/// nearest of its leaves and of `other_keys` (what else an override could have meant).
void apply_overrides(Value& root, std::span<const Override> overrides,
                     std::span<const std::string> other_keys, Problems& problems);

}  // namespace equipoise
