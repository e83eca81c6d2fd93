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
  Stream sites = streams.at(Purpose::recruitment, 0);
  for (std::uint16_t& site : people.site) {
    site = static_cast<std::uint16_t>(uniform(sites) * static_cast<double>(sites_));
  }
  if (!times_matter_) return;
  Stream gaps = streams.at(Purpose::recruitment, 1);
  double now = 0.0;
  for (double& enrolled : people.enrolled) {
    now += gap(gaps);
    enrolled = now;
  }
}

}  // namespace equipoise
