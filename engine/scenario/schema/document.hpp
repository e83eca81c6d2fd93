#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/base/problem.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// The tree of a TOML text. Text that is not TOML is a problem at its line and column, and the tree is empty.
[[nodiscard]] Value parse_toml(std::string_view text, const std::string& file, Problems& problems);

/// The tree of a TOML file. A file that cannot be read is a problem, and the tree is empty.
[[nodiscard]] Value read_toml(const std::filesystem::path& file, Problems& problems);

/// One value as TOML writes it; a bare word stands for the string it spells. Every node stands at `place`.
[[nodiscard]] Value parse_toml_value(std::string_view text, const Place& place, Problems& problems);

/// The tree as a TOML text that parses to the same tree: places and comments are lost, nothing else.
[[nodiscard]] std::string to_toml(const Value& root);

/// One value as it stands on a line: "0.05", "{ method = \"ancova\" }".
[[nodiscard]] std::string to_inline_toml(const Value& value);

}  // namespace equipoise
