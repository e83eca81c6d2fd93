#pragma once

#include <vector>

#include <Eigen/Core>

#include "engine/design/endpoint.hpp"

namespace equipoise {

/// How alike one person's values are over time, in baseline standard deviations; s and t in months:
///
///   K(s, t) = level + level_slope_correlation sqrt(level) slope (s + t) / 12 + slope^2 s t / 144
///             + serial 2^(-|s - t| / serial_half_life) + (1 - level - serial) [s = t]
///
/// A lasting level, a slope of its own, swings that fade, and error of measurement; K(0, 0) = 1.
struct TimeStructure {
  double level = 1.0;
  double serial = 0.0;
  double serial_half_life = 1.0;
  double slope = 0.0;
  double level_slope_correlation = 0.0;
  double followup_sd =
      1.0;  // the SD that the spread tends to, with the natural course, as a multiple of baseline's
};

/// What one endpoint does in a profile, on its latent scale: points of a score, the logarithm of an amount,
/// the probit of a state.
struct EndpointCourse {
  Endpoint endpoint;
  TimeStructure time;
  double mean = 0.0;
  double sd = 1.0;
  double change = 0.0;            // that happens without therapy, in the long run
  double change_half_life = 1.0;  // months in which half of it has happened
  double stopped_below = 0.0;     // of an amount: less than this is none
};

/// What a therapy does over time. Its full effect on an endpoint is a multiple of the endpoint's baseline SD,
/// towards better.
struct TherapyCourse {
  double ramp = 0.0;        // months from the first session to the full effect
  double long_run = 1.0;    // share of it that lasts: 1 keeps, less fades, more grows
  double half_life = 12.0;  // months in which half of the way to the long run is gone
  double practice_lengthening =
      0.0;  // the half-life grows by this factor of the practice, as a share of that asked
  double practice_half_life = 12.0;  // months in which practice halves
  double heterogeneity = 0.0;        // SD between persons of the effect, as a multiple of it
  double moderation = 0.0;           // change of the effect, as a multiple of it, for an SD worse at baseline
  std::vector<double> effects;       // one an endpoint, in baseline SDs
};

/// Shares of the total variance at follow-up (group, therapist) or at baseline (site).
struct ClusterVariances {
  double group = 0.0;
  double therapist = 0.0;
  double site = 0.0;
};

struct EntryCriterion {
  std::size_t endpoint = 0;
  bool at_least = true;  // else: at most
  double value = 0.0;
};

/// A population, its endpoints and what the arms do to them.
struct TrajectoryParameters {
  std::vector<EndpointCourse> endpoints;  // in the condition's order
  Eigen::MatrixXd correlation;            // between endpoints at one time
  std::vector<EntryCriterion> entry;
  ClusterVariances clusters;
  std::vector<TherapyCourse> arms;
  std::vector<double> visits;         // months, baseline not listed
  std::vector<std::size_t> measured;  // which endpoints a trial measures, in the order of its EndpointId
};

}  // namespace equipoise
