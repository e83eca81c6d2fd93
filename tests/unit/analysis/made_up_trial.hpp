#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "engine/analysis/analyse.hpp"

namespace equipoise {

/// A trial written out by hand: one endpoint (and a second, for its baseline), baseline and one visit.
class MadeUpTrial {
 public:
  struct Person {
    std::uint8_t arm;
    double value;
    double baseline = 0.0;
    std::uint16_t site = 0;
    double other_baseline = 0.0;
  };

  explicit MadeUpTrial(const std::vector<Person>& people) {
    data.resize(people.size(), 2, 2);
    for (std::size_t i = 0; i < people.size(); ++i) {
      data.arm[i] = people[i].arm;
      data.site[i] = people[i].site;
      data.group[i] = -1;
      data.seen[i] = 3;
      data.values.at(EndpointId{0}, baseline_visit)[i] = people[i].baseline;
      data.values.at(EndpointId{1}, baseline_visit)[i] = people[i].other_baseline;
      data.values.at(EndpointId{0}, VisitId{1})[i] = people[i].value;
      data.values.at(EndpointId{1}, VisitId{1})[i] = unseen;
    }
  }

  /// `yes` of `count` in each arm.
  static MadeUpTrial counts(int yes, int count, int yes_comparator, int count_comparator) {
    std::vector<Person> people;
    for (int i = 0; i < count; ++i) people.push_back({.arm = 1, .value = i < yes ? 1.0 : 0.0});
    for (int i = 0; i < count_comparator; ++i) {
      people.push_back({.arm = 0, .value = i < yes_comparator ? 1.0 : 0.0});
    }
    return MadeUpTrial(people);
  }

  TrialData data;
};

/// Arm 1 against arm 0 at the visit.
inline Contrast first_contrast(Transform transform = {}) {
  return {.endpoint = EndpointId{0},
          .visit = VisitId{1},
          .treatment = ArmId{1},
          .comparator = ArmId{0},
          .transform = transform,
          .better = Direction::higher_better};
}

inline Question two_sided() {
  return Question(TestKind::superiority, Direction::higher_better, 0.0, Level{});
}

inline Estimate analyse(const MadeUpTrial& trial, const AnalysisOptions& options,
                        const Question& question = two_sided()) {
  AnalysisWorkspace workspace;
  return analyse(trial.data, first_contrast(), question, options, workspace);
}

inline AncovaOptions adjusted_for_baseline() {
  return AncovaOptions{.adjust = {{Covariate::Kind::baseline, EndpointId{0}}}};
}

inline AncovaOptions adjusted_for_site() {
  return AncovaOptions{.adjust = {{Covariate::Kind::site, EndpointId{0}}}};
}

}  // namespace equipoise
