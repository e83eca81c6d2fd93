#pragma once

#include <array>
#include <cstdint>

#include "engine/characteristics/true_value.hpp"
#include "engine/numeric/moments.hpp"

namespace equipoise {

/// What the therapies of a contrast do to each participant's own value, in both of its arms of one cohort or
/// of many, and what the value would be without them.
struct Effects {
  Moments treatment;
  Moments comparator;
  Moments untreated;       // of both arms' participants
  Moments share_of_pairs;  // of cohorts: pairs won with the therapies minus pairs won without
};

/// The true value of a contrast over cohorts, with its standard error from how cohorts differ: the members of
/// one share groups, therapists, sites and waits. Equations: engine/methods/operating_characteristics.md.
class TruthSums {
 public:
  void add(const Effects& cohort);

  /// `ratios`: whether the values are yes or no, so that their means are risks.
  [[nodiscard]] TrueValue value(bool ratios) const;

 private:
  // Sum and number of effects in the treatment arm, in the comparator, of values without therapy.
  static constexpr std::size_t sums = 6;

  /// How a function of the three means changes with each.
  struct Gradient {
    double treatment = 0.0;
    double comparator = 0.0;
    double untreated = 0.0;
  };
  [[nodiscard]] double standard_error(const Gradient& gradient) const;
  [[nodiscard]] Simulated of_risks(double (*link)(double), double (*slope)(double)) const;

  std::uint64_t cohorts_ = 0;
  std::array<double, 3> origin_{};
  std::array<std::array<double, sums>, sums> products_{};
  Effects all_;
};

}  // namespace equipoise
