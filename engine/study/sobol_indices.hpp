#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/characteristics/sensitivity.hpp"

namespace equipoise {

/// What a model answered in one row of SaltelliPoints, and the noise in its answers (0 where it has none),
/// which points of a row may share; rows share none.
struct SobolRow {
  struct Mixed {
    double value = 0.0;
    double difference_noise = 0.0;  // variance of the noise of value - a
    double shared_noise = 0.0;      // covariance of its noise and that of b
  };

  double a = 0.0;
  double b = 0.0;
  double a_noise = 0.0;  // variances
  double b_noise = 0.0;
  double shared_noise = 0.0;  // covariance of the two
  std::vector<Mixed> mixed;   // one a factor
};

/// How the variance of a model's answer over its factors divides among them.
struct SobolIndices {
  struct OfFactor {
    VarianceShare first_order;
    VarianceShare total;
  };

  Simulated mean;         // of the answer
  double variance = 0.0;  // of the answer without its noise; 0 where it is all noise
  std::vector<OfFactor> factors;
};

/// First-order indices by Saltelli's and total ones by Jansen's estimator, with the noise of the answers
/// taken out of every mean product, and 95 % percentile intervals from resampled rows
/// (engine/methods/sensitivity.md). Expects at least two rows of as many factors.
[[nodiscard]] SobolIndices sobol_indices(std::span<const SobolRow> rows, std::uint64_t seed);

}  // namespace equipoise
