#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace equipoise {

/// A position in one particular list. The tag keeps an arm's number from being taken for a visit's.
template <class Tag>
struct Id {
  std::uint32_t value = 0;

  [[nodiscard]] constexpr std::size_t index() const { return value; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

/// The id of position `index`.
template <class IdType>
[[nodiscard]] constexpr IdType id_at(std::size_t index) {
  return IdType{static_cast<std::uint32_t>(index)};
}

}  // namespace equipoise
