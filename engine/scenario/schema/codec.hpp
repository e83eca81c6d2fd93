#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/scenario/schema/key_info.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// How a type of a member is read from a file and shown in the table of keys. `read` returns nothing, and
/// adds a problem, where the value will not do. Other types join by a specialisation beside them.
template <class T>
struct Codec;

template <>
struct Codec<std::string> {
  static std::string type() { return "text"; }
  static std::string text(const std::string& value) { return "\"" + value + "\""; }
  static std::optional<std::string> read(const Value& value, const std::string& path, const KeyInfo& info,
                                         Problems& problems) {
    if (!value.is_string()) {
      report_wrong_type(value, path, "a text in quotes", problems);
      return std::nullopt;
    }
    if (value.text().empty() && info.need == Need::required) {
      report_missing(value.place(), path, info, Shape::leaf, problems);
      return std::nullopt;
    }
    if (!info.several_lines && value.text().find_first_of("\n\r\t") != std::string::npos) {
      report_several_lines(value, path, problems);
      return std::nullopt;
    }
    return value.text();
  }
};

template <>
struct Codec<bool> {
  static std::string type() { return "true or false"; }
  static std::string text(bool value) { return value ? "true" : "false"; }
  static std::optional<bool> read(const Value& value, const std::string& path, const KeyInfo&,
                                  Problems& problems) {
    if (value.is_boolean()) return value.boolean();
    report_wrong_type(value, path, "true or false", problems);
    return std::nullopt;
  }
};

template <>
struct Codec<double> {
  static std::string type() { return "number"; }
  static std::string text(double value) { return number_word(value); }
  static std::optional<double> read(const Value& value, const std::string& path, const KeyInfo& info,
                                    Problems& problems) {
    if (!value.is_number()) {
      report_wrong_type(value, path, "a number", problems);
      return std::nullopt;
    }
    if (!in_range(value, value.number(), path, info, problems)) return std::nullopt;
    return value.number();
  }
};

template <std::integral T>
struct Codec<T> {
  static std::string type() { return "whole number"; }
  static std::string text(T value) { return std::to_string(value); }
  /// 1e4 is a whole number too.
  static std::optional<T> read(const Value& value, const std::string& path, const KeyInfo& info,
                               Problems& problems) {
    if (!value.is_number() || (!value.is_integer() && std::floor(value.number()) != value.number())) {
      report_wrong_type(value, path, "a whole number", problems);
      return std::nullopt;
    }
    if (!in_range(value, value.number(), path, info, problems)) return std::nullopt;
    // What T cannot hold, or where a double no longer tells neighbours apart.
    const double most = std::ldexp(1.0, value.is_integer() ? 63 : 53);
    KeyInfo holds;
    holds.range.high = std::min(most, static_cast<double>(std::numeric_limits<T>::max()));
    holds.range.low = std::max(-most, static_cast<double>(std::numeric_limits<T>::min()));
    if (!in_range(value, value.number(), path, holds, problems)) return std::nullopt;
    return value.is_integer() ? static_cast<T>(value.integer()) : static_cast<T>(value.number());
  }
};

template <class T>
requires std::is_enum_v<T>
struct Codec<T> {
  static std::string type() {
    std::string type;
    for (const std::string& name : names_of<T>()) type += (type.empty() ? "" : " | ") + name;
    return type;
  }
  static std::string text(T value) { return "\"" + std::string(name_of(value)) + "\""; }
  static std::optional<T> read(const Value& value, const std::string& path, const KeyInfo&,
                               Problems& problems) {
    if (!value.is_string()) {
      report_wrong_type(value, path, "one of the words " + type(), problems);
      return std::nullopt;
    }
    const std::optional<T> known = value_of<T>(value.text());
    if (!known) report_unknown_word(value, path, names_of<T>(), problems);
    return known;
  }
};

/// A member that may stay empty.
template <class T>
struct Codec<std::optional<T>> {
  static std::string type() { return Codec<T>::type(); }
  static std::string text(const std::optional<T>& value) { return value ? Codec<T>::text(*value) : "none"; }
  static std::optional<std::optional<T>> read(const Value& value, const std::string& path,
                                              const KeyInfo& info, Problems& problems) {
    if (auto inner = Codec<T>::read(value, path, info, problems)) return std::optional<T>(std::move(inner));
    return std::nullopt;
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static std::string type() { return "list: " + Codec<T>::type(); }
  static std::string text(const std::vector<T>& values) {
    std::string text;
    for (const T& value : values) text += (text.empty() ? "" : ", ") + Codec<T>::text(value);
    return "[" + text + "]";
  }
  static std::optional<std::vector<T>> read(const Value& value, const std::string& path, const KeyInfo& info,
                                            Problems& problems) {
    if (!value.is_array()) {
      report_wrong_type(value, path, "a list in [brackets]", problems);
      return std::nullopt;
    }
    std::vector<T> values;
    bool all_good = true;
    for (const Value& item : value.items()) {
      std::optional<T> read = Codec<T>::read(item, path, info, problems);
      all_good = all_good && read.has_value();
      if (read) values.push_back(std::move(*read));
    }
    if (!all_good) return std::nullopt;
    return values;
  }
};

}  // namespace equipoise
