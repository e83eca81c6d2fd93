#include "engine/numeric/cholesky.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {

bool factorize(std::span<double> a, std::size_t order, double least_share) {
  for (std::size_t i = 0; i < order; ++i) {
    double* const row = a.data() + i * order;
    const double whole = row[i];
    for (std::size_t j = 0; j <= i; ++j) {
      const double* const other = a.data() + j * order;
      double rest = row[j];
      for (std::size_t k = 0; k < j; ++k) rest -= row[k] * other[k];
      if (j < i) {
        row[j] = rest / other[j];
      } else {
        if (!(rest > least_share * whole)) return false;  // a NaN fails, too
        row[i] = std::sqrt(rest);
      }
    }
  }
  return true;
}

void forward_substitute(std::span<const double> factor, std::size_t order, std::span<double> b) {
  for (std::size_t i = 0; i < order; ++i) {
    double rest = b[i];
    for (std::size_t k = 0; k < i; ++k) rest -= factor[i * order + k] * b[k];
    b[i] = rest / factor[i * order + i];
  }
}

void back_substitute(std::span<const double> factor, std::size_t order, std::span<double> b) {
  for (std::size_t i = order; i-- > 0;) {
    b[i] /= factor[i * order + i];
    for (std::size_t k = 0; k < i; ++k) b[k] -= factor[i * order + k] * b[i];
  }
}

void invert(std::span<const double> factor, std::size_t order, std::span<double> inverse) {
  // Column by column; of a unit vector nothing stands above its one.
  for (std::size_t column = 0; column < order; ++column) {
    double* const x = inverse.data() + column * order;
    std::fill(x, x + order, 0.0);
    x[column] = 1.0;
    for (std::size_t i = column; i < order; ++i) {
      double rest = x[i];
      for (std::size_t k = column; k < i; ++k) rest -= factor[i * order + k] * x[k];
      x[i] = rest / factor[i * order + i];
    }
    back_substitute(factor, order, {x, order});
  }
}

bool factorize_upper(std::span<double> a, std::size_t order, double least_share) {
  for (std::size_t k = 0; k < order; ++k) {
    double* const pivot_row = a.data() + k * order;
    // What the rows above have taken from this pivot, put back, is what it was.
    double whole = pivot_row[k];
    for (std::size_t i = 0; i < k; ++i) whole += a[i * order + k] * a[i * order + k];
    if (!(pivot_row[k] > least_share * whole)) return false;  // a NaN fails, too
    const double root = std::sqrt(pivot_row[k]);
    const double inverse = 1.0 / root;
    pivot_row[k] = root;
    for (std::size_t j = k + 1; j < order; ++j) pivot_row[j] *= inverse;
    for (std::size_t i = k + 1; i < order; ++i) {
      double* const row = a.data() + i * order;
      const double factor = pivot_row[i];
      for (std::size_t j = i; j < order; ++j) row[j] -= factor * pivot_row[j];
    }
  }
  return true;
}

void solve_transposed(std::span<const double> upper, std::size_t order, std::span<double> b,
                      std::size_t columns) {
  for (std::size_t k = 0; k < order; ++k) {
    const double* const pivot_row = upper.data() + k * order;
    double* const solved = b.data() + k * columns;
    const double inverse = 1.0 / pivot_row[k];
    for (std::size_t c = 0; c < columns; ++c) solved[c] *= inverse;
    for (std::size_t j = k + 1; j < order; ++j) {
      double* const row = b.data() + j * columns;
      const double factor = pivot_row[j];
      for (std::size_t c = 0; c < columns; ++c) row[c] -= factor * solved[c];
    }
  }
}

void solve_upper(std::span<const double> upper, std::size_t order, std::span<double> b) {
  for (std::size_t i = order; i-- > 0;) {
    double rest = b[i];
    for (std::size_t j = i + 1; j < order; ++j) rest -= upper[i * order + j] * b[j];
    b[i] = rest / upper[i * order + i];
  }
}

double log_determinant(std::span<const double> factor, std::size_t order) {
  double half = 0.0;
  for (std::size_t i = 0; i < order; ++i) half += std::log(factor[i * order + i]);
  return 2.0 * half;
}

}  // namespace equipoise
