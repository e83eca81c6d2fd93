#pragma once

#include <cstdint>
#include <vector>

#include "engine/analysis/analyse.hpp"
#include "engine/random/laws.hpp"
#include "tests/statistical/analysis/frequency.hpp"

namespace equipoise::checks {

/// Small trials whose outcome is normal: effect of the arm + slope x baseline + site + noise.
struct NormalTrials {
  std::vector<int> sizes;       // of the arms
  std::vector<double> sds;      // of the noise, by arm
  std::vector<double> effects;  // by arm
  double slope = 0.0;
  int sites = 1;

  [[nodiscard]] TrialData blank() const {
    TrialData data;
    std::size_t people = 0;
    for (const int size : sizes) people += static_cast<std::size_t>(size);
    data.resize(people, 1, 2);
    std::size_t i = 0;
    for (std::size_t arm = 0; arm < sizes.size(); ++arm) {
      for (int member = 0; member < sizes[arm]; ++member, ++i) {
        data.arm[i] = static_cast<std::uint8_t>(arm);
        data.site[i] = static_cast<std::uint16_t>(member % sites);
      }
    }
    return data;
  }

  void draw(std::uint64_t seed, std::uint64_t replicate, TrialData& data) const {
    Stream stream = Streams(seed, replicate).at(Purpose::test, 0);
    const Normal normal;
    const auto baseline = data.values.at(EndpointId{0}, baseline_visit);
    const auto value = data.values.at(EndpointId{0}, VisitId{1});
    for (std::size_t i = 0; i < data.participants(); ++i) {
      baseline[i] = normal(stream);
      value[i] = effects[data.arm[i]] + slope * baseline[i] + 0.5 * static_cast<double>(data.site[i]) +
                 sds[data.arm[i]] * normal(stream);
    }
  }

  /// Arm 1 against arm 0.
  [[nodiscard]] static Contrast contrast() {
    return {.endpoint = EndpointId{0},
            .visit = VisitId{1},
            .treatment = ArmId{1},
            .comparator = ArmId{0},
            .transform = {},
            .better = Direction::higher_better};
  }
};

/// Calls `look(estimate)` for each of `trials` trials of one kind.
template <class Look>
void for_each_trial(const NormalTrials& kind, std::uint64_t seed, const Question& question,
                    const AnalysisOptions& options, Look&& look) {
  TrialData data = kind.blank();
  AnalysisWorkspace workspace;
  for (int replicate = 0; replicate < trials; ++replicate) {
    kind.draw(seed, static_cast<std::uint64_t>(replicate), data);
    look(analyse(data, NormalTrials::contrast(), question, options, workspace));
  }
}

}  // namespace equipoise::checks
