#pragma once

#include <cstdint>
#include <vector>

#include "engine/analysis/analyse.hpp"
#include "engine/random/laws.hpp"
#include "tests/statistical/analysis/frequency.hpp"

namespace equipoise::checks {

/// A trial of nobody's values yet: arms of these sizes one after the other, one endpoint, baseline and
/// visits.
[[nodiscard]] inline TrialData blank_trial(const std::vector<int>& sizes, std::size_t visits = 1) {
  std::size_t people = 0;
  for (const int size : sizes) people += static_cast<std::size_t>(size);
  TrialData data;
  data.resize(people, 1, visits + 1);
  std::size_t i = 0;
  for (std::size_t arm = 0; arm < sizes.size(); ++arm) {
    for (int member = 0; member < sizes[arm]; ++member, ++i) {
      data.arm[i] = static_cast<std::uint8_t>(arm);
      data.site[i] = 0;
      data.group[i] = -1;
      for (std::size_t v = 0; v <= visits; ++v) data.values.at(EndpointId{0}, id_at<VisitId>(v))[i] = 0.0;
    }
  }
  return data;
}

[[nodiscard]] inline std::span<double> values_at(TrialData& data, std::size_t visit) {
  return data.values.at(EndpointId{0}, id_at<VisitId>(visit));
}

/// Arm 1 against arm 0 at a visit.
[[nodiscard]] inline Contrast first_arms_at(std::uint32_t visit) {
  return {.endpoint = EndpointId{0},
          .visit = VisitId{visit},
          .treatment = ArmId{1},
          .comparator = ArmId{0},
          .transform = {},
          .better = Direction::higher_better};
}

inline Question two_sided_question() {
  return Question(TestKind::superiority, Direction::higher_better, 0.0, Level{0.05, 2});
}

/// Calls `look()` after each of `trials` times that `draw(stream)` has drawn a trial.
template <class Draw, class Look>
void for_each_draw(std::uint64_t seed, Draw&& draw, Look&& look) {
  for (int replicate = 0; replicate < trials; ++replicate) {
    Stream stream = Streams(seed, static_cast<std::uint64_t>(replicate)).at(Purpose::test, 0);
    draw(stream);
    look();
  }
}

}  // namespace equipoise::checks
