#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// A dotted path cut into its pieces: "arm.Usual care.allocation", with quotes around a piece that itself has
/// a dot. Elements of an array of tables are named by their `name` or by their number from 1.
[[nodiscard]] std::vector<std::string> split_path(std::string_view path);

/// The reverse of split_path: quotes the pieces that need it.
[[nodiscard]] std::string join_path(std::span<const std::string> pieces);
[[nodiscard]] std::string join_path(std::string_view parent, std::string_view piece);

/// The node at the path, or null.
[[nodiscard]] const Value* find_path(const Value& root, std::string_view path);
[[nodiscard]] Value* find_path(Value& root, std::string_view path);

/// Where the node at the path stands or, where it is not there, the nearest table around it.
[[nodiscard]] Place place_of(const Value& root, std::string_view path);

/// The path with each element of an array by its name, where the tree has it: "arm.1.allocation" and
/// "arm.CBT.allocation" are one key. A last piece `value`, which a parameter may be given by, is left out.
[[nodiscard]] std::string canonical_path(const Value& root, std::string_view path);

/// A number of a condition: a table with a `value`, which the other members tell the unit, status and source
/// of.
[[nodiscard]] bool is_parameter(const Value& value);

/// Paths of all leaves: plain values, arrays of them and parameters.
[[nodiscard]] std::vector<std::string> leaf_paths(const Value& root);

/// Puts a value at the path and makes the tables on the way that are not there; elements of arrays must be
/// there. A parameter keeps its unit and source, its value is replaced and its status becomes "scenario".
void set_path(Value& root, std::string_view path, const Value& value, Problems& problems);

}  // namespace equipoise
