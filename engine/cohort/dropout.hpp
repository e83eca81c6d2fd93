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

/// Loses people on the way. Immutable; made by solve_dropout (engine/cohort/solve_dropout.hpp).
class Dropout {
 public:
  /// `intercepts[v - 1][arm]`: on the logit scale, of the hazard of leaving before visit v; -infinity where
  /// nobody does.
  Dropout(DropoutRules rules, OutcomeModel::Scale scale, Direction better,
          std::vector<std::vector<double>> intercepts);

  /// What one thread needs.
  struct Scratch {
    std::vector<double> leave;      // uniform numbers, visit by visit
    std::vector<double> miss;       // likewise, for visits missed
    std::vector<double> last_seen;  // standardized
    std::vector<std::uint32_t> in;  // 1 while in the trial
  };

  /// Fills `seen`: bit v is set where the participant attended visit v; everybody attends baseline.
  void operator()(const Streams& streams, const People& people, const Columns& truth, Scratch& scratch,
                  std::span<std::uint32_t> seen) const;

  [[nodiscard]] const DropoutRules& rules() const { return rules_; }
  [[nodiscard]] const std::vector<std::vector<double>>& intercepts() const { return intercepts_; }

  /// A value in baseline SDs from the baseline mean, positive where worse.
  [[nodiscard]] double standardized(double value) const { return worse_ * (value - scale_.mean) / scale_.sd; }

 private:
  void leave_by_arm(std::size_t visit, const People& people, std::span<const double> uniforms,
                    std::span<std::uint32_t> in) const;
  void leave_by_person(std::size_t visit, const People& people, const Columns& truth,
                       std::span<const double> uniforms, Scratch& scratch, std::span<std::uint32_t> in) const;

  DropoutRules rules_;
  OutcomeModel::Scale scale_;
  double worse_;
  std::vector<std::vector<double>> intercepts_;
  std::vector<std::vector<double>>
      hazards_;  // the same as probabilities, for losses that depend on the arm alone
};

}  // namespace equipoise
