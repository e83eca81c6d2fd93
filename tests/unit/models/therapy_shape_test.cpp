#include "models/therapy_shape.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TherapyCourse fading() {
  TherapyCourse therapy;
  therapy.ramp = 2.0;
  therapy.long_run = 0.2;
  therapy.half_life = 12.0;
  therapy.practice_lengthening = 1.5;
  therapy.practice_half_life = 6.0;
  return therapy;
}

/// The same by adding up the half-lives gone in a hundred thousand steps (midpoints: the error is of their
/// square).
double by_steps(const TherapyCourse& therapy, double since, double practice) {
  constexpr int steps = 100'000;
  double gone = 0.0;
  for (int s = 0; s < steps; ++s) {
    const double t = since * (s + 0.5) / steps;
    const double now = practice * std::exp2(-t / therapy.practice_half_life);
    gone += since / steps / (therapy.half_life * (1.0 + therapy.practice_lengthening * now));
  }
  return therapy.long_run + (1.0 - therapy.long_run) * std::exp2(-gone);
}

TEST(TherapyShape, FadesByTheIntegralOfItsRate) {
  for (const double practice : {0.0, 0.3, 1.0, 3.0}) {
    for (const double since : {0.5, 4.0, 10.0, 40.0}) {
      EXPECT_NEAR(therapy_shape(fading(), fading().ramp + since, practice),
                  by_steps(fading(), since, practice), 1e-9);
    }
  }
}

TEST(TherapyShape, PracticeThatIsGivenUpAtOnceLengthensNothing) {
  TherapyCourse therapy = fading();
  // Over a thousand halvings within the year: the practice's own exponential is beyond a double's range.
  therapy.practice_half_life = 0.005;
  EXPECT_NEAR(therapy_shape(therapy, 14.0, 1.0), therapy_shape(therapy, 14.0, 0.0), 1e-3);
}

}  // namespace
}  // namespace equipoise
