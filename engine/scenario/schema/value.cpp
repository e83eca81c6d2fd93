#include "engine/scenario/schema/value.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/expects.hpp"

namespace equipoise {

Value::Value(Kind kind, Place place) : kind_(kind), place_(std::move(place)), key_place_(place_) {}

Value Value::make_table(Place place, bool inlined) {
  Value value(Kind::table, std::move(place));
  value.inlined_ = inlined;
  return value;
}

Value Value::make_array(Place place) {
  return {Kind::array, std::move(place)};
}

Value Value::of(std::string text, Place place) {
  Value value(Kind::string, std::move(place));
  value.leaf_ = std::move(text);
  return value;
}

Value Value::of(std::int64_t integer, Place place) {
  Value value(Kind::integer, std::move(place));
  value.leaf_ = integer;
  return value;
}

Value Value::of(double number, Place place) {
  Value value(Kind::number, std::move(place));
  value.leaf_ = number;
  return value;
}

Value Value::of(bool boolean, Place place) {
  Value value(Kind::boolean, std::move(place));
  value.leaf_ = boolean;
  return value;
}

bool Value::is_array_of_tables() const {
  return is_array() && !items_.empty() && std::ranges::all_of(items_, &Value::is_table);
}

const std::string& Value::text() const {
  EQUIPOISE_EXPECTS(is_string());
  return std::get<std::string>(leaf_);
}

std::int64_t Value::integer() const {
  EQUIPOISE_EXPECTS(is_integer());
  return std::get<std::int64_t>(leaf_);
}

double Value::number() const {
  EQUIPOISE_EXPECTS(is_number());
  return is_integer() ? static_cast<double>(integer()) : std::get<double>(leaf_);
}

bool Value::boolean() const {
  EQUIPOISE_EXPECTS(is_boolean());
  return std::get<bool>(leaf_);
}

const Value* Value::find(std::string_view key) const {
  if (!is_table()) return nullptr;
  const auto found = std::ranges::find(items_, key, &Value::key_);
  return found == items_.end() ? nullptr : &*found;
}

Value* Value::find(std::string_view key) {
  if (!is_table()) return nullptr;
  const auto found = std::ranges::find(items_, key, &Value::key_);
  return found == items_.end() ? nullptr : &*found;
}

Value& Value::set(std::string_view key, Value value) {
  Place place = value.place();
  return set(key, std::move(value), std::move(place));
}

Value& Value::set(std::string_view key, Value value, Place key_place) {
  EQUIPOISE_EXPECTS(is_table());
  value.key_ = key;
  value.key_place_ = std::move(key_place);
  if (Value* present = find(key)) {
    *present = std::move(value);
    return *present;
  }
  return items_.emplace_back(std::move(value));
}

void Value::erase(std::string_view key) {
  std::erase_if(items_, [&](const Value& item) { return item.key_ == key; });
}

void Value::become(Value other) {
  other.key_ = std::move(key_);
  other.key_place_ = std::move(key_place_);
  *this = std::move(other);
}

Value& Value::append(Value value) {
  EQUIPOISE_EXPECTS(is_array());
  value.key_.clear();
  return items_.emplace_back(std::move(value));
}

std::string_view Value::kind_text() const {
  switch (kind_) {
    case Kind::table:
      return "a table";
    case Kind::array:
      return "an array";
    case Kind::string:
      return "a string";
    case Kind::integer:
      return "a whole number";
    case Kind::number:
      return "a number";
    case Kind::boolean:
      return "true or false";
  }
  return "a value";
}

}  // namespace equipoise
