#pragma once

#include <cstdint>
#include <vector>

#include "engine/cohort/people.hpp"
#include "engine/design/design.hpp"
#include "engine/random/stream.hpp"

namespace equipoise {

/// Permuted blocks within site: the b-th block of a site holds every arm in its share, in random order.
class Allocation {
 public:
  /// Expects a block size that is a multiple of the sum of the allocations.
  explicit Allocation(const Design& design);

  /// What one thread needs: how far each site has come, and its open block.
  struct Scratch {
    struct Site {
      Stream stream;     // shuffles the site's blocks, one after the other
      std::size_t used;  // of the open block
    };
    std::vector<Site> sites;
    std::vector<std::uint8_t> open_blocks;
  };

  /// Fills `arm`, given `site`.
  void operator()(const Streams& streams, Scratch& scratch, People& people) const;

 private:
  std::size_t sites_;
  std::vector<std::uint8_t> block_;  // the arms of one block before they are shuffled
};

}  // namespace equipoise
