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
  scratch.enrolled_at.assign(sites_, 0);
  scratch.open_blocks.resize(sites_ * block_.size());
  for (std::size_t i = 0; i < people.count(); ++i) {
    const std::size_t site = people.site[i];
    const std::uint32_t number = scratch.enrolled_at[site]++;
    const std::size_t position = number % block_.size();
    const std::span<std::uint8_t> open{scratch.open_blocks.data() + site * block_.size(), block_.size()};
    if (position == 0) {
      std::copy(block_.begin(), block_.end(), open.begin());
      Stream stream =
          streams.at(Purpose::allocation, site, static_cast<std::uint32_t>(number / block_.size()));
      shuffle(open, stream);
    }
    people.arm[i] = open[position];
  }
}

}  // namespace equipoise
