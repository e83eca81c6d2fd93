#include "engine/cohort/observe.hpp"

#include <algorithm>

namespace equipoise {

void observe(const People& people, const Columns& truth, std::size_t endpoints, TrialData& data) {
  std::copy(people.arm.begin(), people.arm.end(), data.arm.begin());
  std::copy(people.site.begin(), people.site.end(), data.site.begin());
  std::copy(people.group.begin(), people.group.end(), data.group.begin());
  const std::size_t count = people.count();
  for (std::size_t e = 0; e < endpoints; ++e) {
    for (std::size_t v = 0; v < truth.visits(); ++v) {
      const auto from = truth.at(id_at<EndpointId>(e), id_at<VisitId>(v));
      const auto to = data.values.at(id_at<EndpointId>(e), id_at<VisitId>(v));
      for (std::size_t i = 0; i < count; ++i) to[i] = ((data.seen[i] >> v) & 1U) != 0 ? from[i] : unseen;
    }
  }
}

}  // namespace equipoise
