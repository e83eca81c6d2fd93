#include "models/therapy_shape.hpp"

#include <cmath>

namespace equipoise {

double therapy_shape(const TherapyCourse& therapy, double clock, double practice) {
  if (clock <= 0.0) return therapy.ramp > 0.0 || clock < 0.0 ? 0.0 : 1.0;
  if (clock < therapy.ramp) return clock / therapy.ramp;
  if (therapy.long_run == 1.0) return 1.0;
  // Practice p(t) = p0 2^(-t/h) lengthens the half-life to H (1 + c p(t)); with a = c p0 and k = log 2 / h
  // the number of half-lives gone by t is the integral of 1 / (H (1 + a e^(-ku))),
  // t / H + log((1 + a e^(-kt)) / (1 + a)) / (k H).
  const double since = clock - therapy.ramp;
  const double a = therapy.practice_lengthening * practice;
  const double k = std::log(2.0) / therapy.practice_half_life;
  const double spared = a > 0.0 ? std::log((1.0 + a * std::exp(-k * since)) / (1.0 + a)) / k : 0.0;
  const double gone = (since + spared) / therapy.half_life;
  return therapy.long_run + (1.0 - therapy.long_run) * std::exp2(-gone);
}

}  // namespace equipoise
