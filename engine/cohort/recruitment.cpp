#include "engine/cohort/recruitment.hpp"

#include <algorithm>

#include "engine/random/laws.hpp"

namespace equipoise {

void Recruitment::operator()(const Streams& streams, People& people) const {
  std::fill(people.enrolled.begin(), people.enrolled.end(), 0.0);
  std::fill(people.site.begin(), people.site.end(), std::uint16_t{0});
  if (sites_ == 1 && !times_matter_) return;
  const Uniform uniform;
  const Exponential gap(1.0 / rate_);
  double now = 0.0;
  for (std::size_t i = 0; i < people.count(); ++i) {
    Stream stream = streams.at(Purpose::recruitment, i);
    people.site[i] = static_cast<std::uint16_t>(uniform(stream) * static_cast<double>(sites_));
    if (!times_matter_) continue;
    now += gap(stream);
    people.enrolled[i] = now;
  }
}

}  // namespace equipoise
