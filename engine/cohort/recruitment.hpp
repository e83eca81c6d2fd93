#pragma once

#include "engine/cohort/people.hpp"
#include "engine/random/stream.hpp"

namespace equipoise {

/// Participants enrolled a month: one in eight years, and more than any country has patients. Beyond, the
/// time that a trial takes to enrol is no number to plan with.
inline constexpr double slowest_enrolment = 0.01;
inline constexpr double fastest_enrolment = 1e6;

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
