#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/characteristics/assurance.hpp"

namespace equipoise {

/// How widely the power of a trial is spread over draws of what is not known, the noise of each draw's trials
/// taken out. NaN where a single trial a draw tells no noise.
struct PowerSpread {
  double mean = 0.0;
  double variance = 0.0;  // of the powers seen, noise and all
  double noise = 0.0;     // what the trials of a draw add to it
  double sd = 0.0;
  std::array<double, power_probabilities.size()> quantiles{};
};

/// Of the powers that each draw had in so many trials; `effective`: independent draws that they are worth.
[[nodiscard]] PowerSpread power_spread(std::span<const double> powers, double effective,
                                       std::uint64_t trials);

/// How many independent draws some draws are worth; equal numbers in `rows` are the same row of a posterior
/// (Kish 1965).
[[nodiscard]] double worth_of(std::span<const std::size_t> rows);

/// Monte Carlo standard errors of mean, sd and quantiles (variance and noise stay 0): the standard deviations
/// over resamples of whole rows (Efron 1979), each with all of its draws. NaN where there is but one row.
[[nodiscard]] PowerSpread power_spread_mcse(std::span<const double> powers, std::span<const std::size_t> rows,
                                            std::uint64_t trials, std::uint64_t seed);

}  // namespace equipoise
