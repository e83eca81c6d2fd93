#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/cohort/dropout_rules.hpp"
#include "engine/cohort/outcome_model.hpp"
#include "engine/cohort/people.hpp"
#include "engine/design/trial_data.hpp"
#include "engine/random/stream.hpp"

namespace equipoise {

/// Loses people on the way. Each has one uniform number, and leaves before the first visit at which the
/// probability of still being there, the product of (1 - hazard) so far, falls to it or below: a higher
/// hazard never makes anybody stay longer, and a visit more changes nothing before it. Immutable; made by
/// solve_dropout (engine/cohort/solve_dropout.hpp).
class Dropout {
 public:
  /// `intercepts[v - 1][arm]`: on the logit scale, of the hazard of leaving before visit v; -infinity where
  /// nobody does.
  Dropout(DropoutRules rules, OutcomeModel::Scale scale, Direction better,
          std::vector<std::vector<double>> intercepts);

  /// What one thread needs.
  struct Scratch {
    std::vector<double> luck;           // uniform, one a participant
    std::vector<double> column;         // likewise, for one visit that may be missed
    std::vector<std::uint32_t> missed;  // bit v: misses visit v, if still there
  };

  /// Fills `seen`: bit v is set where the participant attended visit v; everybody attends baseline.
  void operator()(const Streams& streams, const People& people, const Columns& truth, Scratch& scratch,
                  std::span<std::uint32_t> seen) const;

  [[nodiscard]] const DropoutRules& rules() const { return rules_; }
  [[nodiscard]] const std::vector<std::vector<double>>& intercepts() const { return intercepts_; }

  /// A value in baseline SDs from the baseline mean, positive where worse.
  [[nodiscard]] double standardized(double value) const { return worse_ * (value - scale_.mean) / scale_.sd; }

 private:
  void miss_visits(const Streams& streams, Scratch& scratch) const;
  void leave_by_arm(const People& people, const Scratch& scratch, std::span<std::uint32_t> seen) const;
  [[nodiscard]] std::uint32_t visits_of(std::size_t participant, const People& people, const Columns& truth,
                                        double luck, std::uint32_t missed) const;

  DropoutRules rules_;
  OutcomeModel::Scale scale_;
  double worse_;
  std::vector<std::vector<double>> intercepts_;
  std::vector<double> staying_;  // arm x visit: probability of still being there, where the arm decides alone
};

}  // namespace equipoise
