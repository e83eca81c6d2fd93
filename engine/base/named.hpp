#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace equipoise {

/// A value of an enumeration with the word that users write for it.
template <class Enum>
struct Named {
  std::string_view name;
  Enum value;
};

/// The words of an enumeration: specialised beside each enumeration that users name.
template <class Enum>
struct NamesOf;

template <class Enum>
[[nodiscard]] constexpr std::string_view name_of(Enum value) {
  for (const Named<Enum>& named : NamesOf<Enum>::all) {
    if (named.value == value) return named.name;
  }
  return "?";
}

template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> value_of(std::string_view name) {
  for (const Named<Enum>& named : NamesOf<Enum>::all) {
    if (named.name == name) return named.value;
  }
  return std::nullopt;
}

template <class Enum>
[[nodiscard]] std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (const Named<Enum>& named : NamesOf<Enum>::all) names.emplace_back(named.name);
  return names;
}

}  // namespace equipoise
