#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// A trial over visits whose values look like noise and are the same on any machine: endpoint 0 at baseline
/// and the visits, with a baseline of another endpoint.
class RepeatedTrial {
 public:
  RepeatedTrial(std::size_t participants, std::size_t visits, std::size_t arms = 2) {
    data.resize(participants, 2, visits + 1);
    for (std::size_t i = 0; i < participants; ++i) {
      data.arm[i] = static_cast<std::uint8_t>(i % arms);
      data.site[i] = static_cast<std::uint16_t>(i / arms % 3);
      data.group[i] = -1;
      data.seen[i] = (2U << visits) - 1U;
      const double person = noise();
      double last = person;
      for (std::size_t v = 0; v <= visits; ++v) {
        last = 0.6 * last + 0.4 * person + (0.7 + 0.1 * static_cast<double>(v)) * noise();
        value(i, v) = 5.0 + last - 0.3 * static_cast<double>(data.arm[i] * v);
        data.values.at(EndpointId{1}, id_at<VisitId>(v))[i] = noise();
      }
    }
  }

  [[nodiscard]] double& value(std::size_t participant, std::size_t visit) {
    return data.values.at(EndpointId{0}, id_at<VisitId>(visit))[participant];
  }
  /// From this visit on the participant is gone.
  void drop(std::size_t participant, std::size_t visit) {
    for (std::size_t v = visit; v < data.values.visits(); ++v) value(participant, v) = unseen;
  }
  /// One in seven leaves, one in eleven misses a visit.
  void lose_some() {
    const std::size_t visits = data.values.visits() - 1;
    for (std::size_t i = 0; i < data.participants(); ++i) {
      if (i % 7 == 3) drop(i, 2 + i % (visits > 1 ? visits - 1 : 1));
      if (i % 11 == 5) value(i, 1 + i % visits) = unseen;
    }
  }

  TrialData data;

 private:
  /// Roughly normal: three hashed uniforms.
  [[nodiscard]] double noise() {
    double sum = 0.0;
    for (int k = 0; k < 3; ++k) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      sum += static_cast<double>(state_ >> 11U) / 9007199254740992.0 - 0.5;
    }
    return 2.0 * sum;
  }

  std::uint64_t state_ = 42;
};

/// Arm 1 against arm 0 at a visit.
inline Contrast contrast_at(std::uint32_t visit) {
  return {.endpoint = EndpointId{0},
          .visit = VisitId{visit},
          .treatment = ArmId{1},
          .comparator = ArmId{0},
          .transform = {}};
}

inline std::vector<Covariate> baseline_by_visit() {
  return {{Covariate::Kind::baseline, EndpointId{0}, true}};
}

inline Question usual_question() {
  return Question(TestKind::superiority, Direction::lower_better, 0.0, Level{});
}

inline Estimate analyse(const RepeatedTrial& trial, const Contrast& contrast, const AnalysisOptions& options,
                        FitDetails* details = nullptr) {
  AnalysisWorkspace workspace;
  return analyse(trial.data, contrast, usual_question(), options, workspace, details);
}

}  // namespace equipoise
