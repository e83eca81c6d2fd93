#pragma once

#include <span>

#include "engine/analysis/logistic/logistic_model.hpp"

namespace equipoise {

/// An estimate of a measure of effect, and its variance.
struct Measured {
  double value = 0.0;
  double variance = 0.0;
};

/// The variance of l'beta: inverse information, or with residuals e its sandwich (HC0)
/// H^-1 [sum e^2 xx'] H^-1. `l` is overwritten.
[[nodiscard]] double variance_of(const LogisticModel& model, LogisticOptions::Se se, std::span<double> l);

// `direction`: scratch, a number for each coefficient.

/// The log odds ratio.
[[nodiscard]] Measured odds_ratio(const LogisticModel& model, LogisticOptions::Se se,
                                  std::span<double> direction);

/// Standardized risks: p1_i and p0_i are what the model gives everybody, those of other arms as well, were
/// they in the treatment's arm (x1) and in the comparator's (x0),
///
///   m1 = mean p1, m0 = mean p0;   difference d = m1 - m0, or log ratio d = log m1 - log m0
///   D = a1 mean[p1 (1 - p1) x1] - a0 mean[p0 (1 - p0) x0],   a = 1, or 1 / m
///   model:  D'H^-1D
///   robust: sum_i [ (a1 (p1_i - m1) - a0 (p0_i - m0)) / n + D'H^-1 x_i (y_i - p_i) ]^2
[[nodiscard]] Measured standardized(const LogisticModel& model, const LogisticOptions& options,
                                    std::span<double> direction);

}  // namespace equipoise
