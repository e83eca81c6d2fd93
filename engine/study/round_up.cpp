#include "engine/study/round_up.hpp"

#include <numeric>

#include "engine/base/expects.hpp"

namespace equipoise {

std::size_t participants_at_once(const Design& design, GroupSizes group_sizes, Rounding rounding) {
  EQUIPOISE_EXPECTS(group_sizes.size() == design.arms.size());
  const auto total = static_cast<std::size_t>(design.allocation_total());
  switch (rounding) {
    case Rounding::none:
      return 1;
    case Rounding::allocation:
      return total;
    case Rounding::blocks:
      return design.block_size * design.sites;
    case Rounding::groups:
      break;
  }
  std::size_t at_a_site = design.block_size;
  for (std::size_t a = 0; a < design.arms.size(); ++a) {
    if (group_sizes[a] == 0) continue;
    // An arm fills whole groups where its share of the allocation, in whole units of it, is a multiple of
    // them.
    const auto share = static_cast<std::size_t>(design.arms[a].allocation);
    const auto size = static_cast<std::size_t>(group_sizes[a]);
    at_a_site = std::lcm(at_a_site, total * (size / std::gcd(size, share)));
  }
  return at_a_site * design.sites;
}

std::size_t round_up(std::size_t participants, const Design& design, GroupSizes group_sizes,
                     Rounding rounding) {
  const std::size_t unit = participants_at_once(design, group_sizes, rounding);
  return (participants + unit - 1) / unit * unit;
}

}  // namespace equipoise
