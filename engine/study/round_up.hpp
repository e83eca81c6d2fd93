#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "engine/base/named.hpp"
#include "engine/design/design.hpp"

namespace equipoise {

/// To what a number of participants is rounded up.
enum class Rounding {
  none,
  allocation,  // every arm has its share of whole people
  blocks,      // and every site whole permuted blocks
  groups,      // and every arm that meets in groups whole ones, at every site
};

template <>
struct NamesOf<Rounding> {
  static constexpr std::array<Named<Rounding>, 4> all{{{"none", Rounding::none},
                                                       {"allocation", Rounding::allocation},
                                                       {"blocks", Rounding::blocks},
                                                       {"groups", Rounding::groups}}};
};

/// The therapy groups of an arm: members of a full one, 0 where it meets in none.
using GroupSizes = std::span<const int>;

/// The number of participants of which the design's trial is a multiple once it is rounded so. `group_sizes`
/// has one entry an arm.
[[nodiscard]] std::size_t participants_at_once(const Design& design, GroupSizes group_sizes,
                                               Rounding rounding);

/// The smallest such trial with at least so many participants.
[[nodiscard]] std::size_t round_up(std::size_t participants, const Design& design, GroupSizes group_sizes,
                                   Rounding rounding);

}  // namespace equipoise
