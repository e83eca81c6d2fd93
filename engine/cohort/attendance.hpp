#pragma once

#include <vector>

#include "engine/cohort/delivery.hpp"
#include "engine/random/stream.hpp"

namespace equipoise {

/// The number of sessions somebody attends: none with the delivery's probability of never attending, else a
/// beta-binomial number of those offered, given that it is not none. Drawn by inverting the distribution
/// function, so that more attendance for one probability is more attendance for every person.
class Attendance {
 public:
  explicit Attendance(const Delivery& delivery);

  /// P(sessions attended = s), s from 0 to those offered.
  [[nodiscard]] const std::vector<double>& probabilities() const { return probabilities_; }
  [[nodiscard]] double mean() const;

  /// The number of sessions that a uniform number in (0, 1) stands for.
  [[nodiscard]] int operator()(double uniform) const;

  /// Whether everybody attends everything: then there is nothing to draw.
  [[nodiscard]] bool certain() const { return probabilities_.back() == 1.0; }

 private:
  std::vector<double> probabilities_;
  std::vector<double> at_most_;  // P(sessions attended <= s), for fewer than all
};

/// The share of a therapy's full effect that s of its sessions bring: s / (s + half dose), as a share of what
/// all of them bring (an Emax curve through 1 at full attendance); proportional to s where the half dose is
/// 0.
[[nodiscard]] double dose_response(const Delivery& delivery, double sessions);

}  // namespace equipoise
