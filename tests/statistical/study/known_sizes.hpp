#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/study/verified_size.hpp"

namespace equipoise::checks {

/// A trial whose power is known for every number of participants, and so the number that it needs.
struct KnownSize {
  std::string name;
  std::function<double(double participants)> power;
  double target = 0.9;
  double participants = 0.0;     // the fewest that reach it
  double start = 100.0;          // where a search begins
  double seconds_a_trial = 0.0;  // as the program counts them; 0: without a budget
};

/// Of a pooled t test of two means half an SD apart.
[[nodiscard]] double power_of_two_means(double participants);

/// Two means, two proportions and noninferiority in closed form; a mixed model over visits and one of therapy
/// groups as a million of their trials told it (tests/reference/size/powers.csv).
[[nodiscard]] std::vector<KnownSize> known_sizes();

/// What became of many searches, each checked as the program checks it.
struct SearchesOfKnownSize {
  int searches = 0;
  int held = 0;          // by the 95 % interval
  int held_by_half = 0;  // by one half as wide, the negative control
  int short_of = 0;      // recommended sizes whose power is below the target by more than half a point
  int missed = 0;        // verifications below the target by more than two of their standard errors
  // Sums: answer less truth, its square, half-widths as told, trials with those of the verification.
  double error = 0.0;
  double squared = 0.0;
  double half_width = 0.0;
  double trials = 0.0;

  void add(const VerifiedSize& size, const KnownSize& known);
};

/// Searches over coins of the known powers.
[[nodiscard]] SearchesOfKnownSize searches_of(const KnownSize& known, int searches);

/// Searches for the size of an assurance of 0.8 over 200 draws of an effect believed to be normal around 0.5
/// with an SD of 0.2, by normal theory.
[[nodiscard]] SearchesOfKnownSize searches_of_assurance(int searches);

}  // namespace equipoise::checks
