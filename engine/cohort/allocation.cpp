#include "engine/cohort/allocation.hpp"

#include <algorithm>

#include "engine/base/expects.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {

Allocation::Allocation(const Design& design) : sites_(design.sites) {
  const auto total = static_cast<std::size_t>(design.allocation_total());
  EQUIPOISE_EXPECTS(total > 0 && design.block_size > 0 && design.block_size % total == 0);
  for (std::size_t repeat = 0; repeat < design.block_size / total; ++repeat) {
    for (std::size_t arm = 0; arm < design.arms.size(); ++arm) {
      block_.insert(block_.end(), static_cast<std::size_t>(design.arms[arm].allocation),
                    static_cast<std::uint8_t>(arm));
    }
  }
}

void Allocation::operator()(const Streams& streams, Scratch& scratch, People& people) const {
  scratch.sites.clear();
  for (std::size_t s = 0; s < sites_; ++s) {
    scratch.sites.push_back({streams.at(Purpose::allocation, s), block_.size()});
  }
  scratch.open_blocks.resize(sites_ * block_.size());
  for (std::size_t i = 0; i < people.count(); ++i) {
    Scratch::Site& site = scratch.sites[people.site[i]];
    std::uint8_t* const open = scratch.open_blocks.data() + people.site[i] * block_.size();
    if (site.used == block_.size()) {
      std::copy(block_.begin(), block_.end(), open);
      shuffle({open, block_.size()}, site.stream);
      site.used = 0;
    }
    people.arm[i] = open[site.used++];
  }
}

}  // namespace equipoise
