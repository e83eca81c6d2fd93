#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "engine/analysis/options.hpp"

namespace equipoise {

// A corrected score is left' f(H) e, where H = A R^-1 is a cluster's leverage, A and R are symmetric, and
// f(H) = (1 - H)^-1 or (1 - H)^(-1/2). A Number is one cluster's, or a pack of four clusters' side by side;
// packs go by reference, for how they are returned depends on the instruction set.

/// Rows and columns that A may have.
inline constexpr std::size_t most_order = 128;
/// The share of R's diagonal that a pivot of R - A may fall to: below it the fit takes next to all of a
/// cluster's residual, or R is next to singular.
inline constexpr double least_pivot = 1e-6;
/// The trace of H up to which the series of (1 - H)^(-1/2) has fewer than 60 terms.
inline constexpr double most_trace = 0.5;
/// A term of it that no sum notices.
inline constexpr double no_term = 1e-18;

/// answer = a'(R - A)^-1 e, which with a = R left is left'(1 - H)^-1 e. `difference`: R - A, row by row, of
/// which the lower triangle is read, and overwritten, as is e. `smallest`: pivot of its factors L D L', as a
/// share of R's diagonal.
template <class Number>
void correct_by_inverse(std::size_t order, const double* r, Number* difference, const Number* a, Number* e,
                        Number& answer, Number& smallest) {
  std::array<Number, most_order> rest_of_a;
  std::array<Number, most_order> inverse_pivots;
  answer = Number{};
  for (std::size_t i = 0; i < order; ++i) {
    Number* const row = difference + i * order;
    for (std::size_t j = 1; j < i; ++j) {
      const Number* const other = difference + j * order;
      for (std::size_t k = 0; k < j; ++k) row[j] -= row[k] * other[k];
    }
    Number pivot = row[i];
    rest_of_a[i] = a[i];
    for (std::size_t j = 0; j < i; ++j) {
      const Number l = row[j] * inverse_pivots[j];
      pivot -= row[j] * l;
      e[i] -= l * e[j];
      rest_of_a[i] -= l * rest_of_a[j];
      row[j] = l;
    }
    const Number share = pivot / r[i * order + i];
    if (i == 0) smallest = share;
    smallest = share < smallest ? share : smallest;
    inverse_pivots[i] = 1.0 / pivot;
    answer += e[i] * rest_of_a[i] * inverse_pivots[i];
  }
}

/// answer = left'(1 - H)^(-1/2) e by its series in H, with `trace` no less than any cluster's trace of H. e
/// is overwritten.
template <class Number>
void correct_by_series(std::size_t order, const Number* a, const double* r_inverse, const Number* left,
                       Number* e, double trace, Number& answer) {
  std::array<Number, most_order> solved;
  answer = Number{};
  for (std::size_t i = 0; i < order; ++i) answer += left[i] * e[i];
  double weight = 1.0;
  double bound = trace;
  for (int k = 1; bound > no_term; ++k, bound *= trace) {
    for (std::size_t i = 0; i < order; ++i) {
      solved[i] = Number{};
      for (std::size_t j = 0; j < order; ++j) solved[i] += r_inverse[i * order + j] * e[j];
    }
    weight *= (2.0 * k - 1.0) / (2.0 * k);
    for (std::size_t i = 0; i < order; ++i) {
      e[i] = Number{};
      for (std::size_t j = 0; j < order; ++j) e[i] += a[i * order + j] * solved[j];
      answer += weight * left[i] * e[i];
    }
  }
}

/// The same of either correction by eigenvalues, for one cluster, whatever its leverage: what the fit takes
/// whole has no residual to be scaled up. NaN where R is not positive definite.
[[nodiscard]] double correct_exactly(std::size_t order, const double* a, const double* r, const double* left,
                                     const double* e, GeeOptions::Correction correction);

}  // namespace equipoise
