#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/problem.hpp"

namespace equipoise {

/// One node of a user's file: a table, an array or a leaf, with the place where it stands. Members of a table
/// keep the order of the file. Knows nothing of the file's format.
class Value {
 public:
  enum class Kind { table, array, string, integer, number, boolean };

  [[nodiscard]] static Value make_table(Place place = {}, bool inlined = false);
  [[nodiscard]] static Value make_array(Place place = {});
  [[nodiscard]] static Value of(std::string text, Place place = {});
  [[nodiscard]] static Value of(std::int64_t integer, Place place = {});
  [[nodiscard]] static Value of(double number, Place place = {});
  [[nodiscard]] static Value of(bool boolean, Place place = {});

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_table() const { return kind_ == Kind::table; }
  [[nodiscard]] bool is_array() const { return kind_ == Kind::array; }
  [[nodiscard]] bool is_string() const { return kind_ == Kind::string; }
  [[nodiscard]] bool is_integer() const { return kind_ == Kind::integer; }
  /// A whole number is a number, too.
  [[nodiscard]] bool is_number() const { return kind_ == Kind::number || kind_ == Kind::integer; }
  [[nodiscard]] bool is_boolean() const { return kind_ == Kind::boolean; }
  /// A table whose members are all written within braces, on the line of its key.
  [[nodiscard]] bool is_inlined() const { return inlined_; }
  /// An array of at least one table and nothing else.
  [[nodiscard]] bool is_array_of_tables() const;

  // Each expects a value of its kind.
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] bool boolean() const;

  /// Members of a table or elements of an array, in the order of the file.
  [[nodiscard]] const std::vector<Value>& items() const { return items_; }
  [[nodiscard]] std::vector<Value>& items() { return items_; }
  /// The member of that name, or null.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  /// Replaces the member of that name in its place in the order, or appends it. The new member's key stands
  /// where the value stands unless `key_place` says otherwise. Expects a table.
  Value& set(std::string_view key, Value value);
  Value& set(std::string_view key, Value value, Place key_place);
  void erase(std::string_view key);
  /// Takes over another value's kind, content and place under its own key.
  void become(Value other);
  /// Expects an array.
  Value& append(Value value);

  /// The name of a member of a table; empty for the root and for elements of an array.
  [[nodiscard]] const std::string& key() const { return key_; }
  /// Where the value stands.
  [[nodiscard]] const Place& place() const { return place_; }
  /// Where its key stands; for elements of an array the place of the value.
  [[nodiscard]] const Place& key_place() const { return key_place_; }

  /// What it is, for a message: "a string", "a table".
  [[nodiscard]] std::string_view kind_text() const;

 private:
  Value(Kind kind, Place place);

  Kind kind_;
  bool inlined_ = false;
  std::variant<std::monostate, std::string, std::int64_t, double, bool> leaf_;
  std::vector<Value> items_;
  std::string key_;
  Place place_;
  Place key_place_;
};

}  // namespace equipoise
