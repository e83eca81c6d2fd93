#pragma once

#include "engine/cohort/people.hpp"
#include "engine/random/stream.hpp"

namespace equipoise {

/// Enrols participants as a Poisson process of `rate` a month over all sites, each site taking an equal
/// share. Equal to independent Poisson processes at the sites, but drawn a participant at a time: one more
/// moves nobody else.
class Recruitment {
 public:
  Recruitment(std::size_t sites, double rate, bool times_matter)
      : sites_(sites), rate_(rate), times_matter_(times_matter) {}

  /// Fills `enrolled` and `site` of everybody in `people`.
  void operator()(const Streams& streams, People& people) const;

 private:
  std::size_t sites_;
  double rate_;
  bool times_matter_;
};

}  // namespace equipoise
