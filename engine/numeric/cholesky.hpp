#pragma once

#include <cstddef>
#include <span>

namespace equipoise {

// Small dense symmetric matrices, row by row. Every sum runs in a fixed order, so that the same numbers give
// the same bits on any machine.

/// What is left of a column's sum of squares once the columns before it are taken out, as a share of the
/// whole, below which the column counts as a combination of the others. Rounding leaves some 1e-15; below
/// 1e-10 fewer than six digits of a fit are sound.
inline constexpr double least_own_share = 1e-10;

/// Cholesky's factorization in place: row i of the lower triangle becomes row i of L in A = L L'; what stands
/// above the diagonal is neither read nor written. False where a pivot is not above `least_share` of its
/// diagonal entry, or is not a number.
[[nodiscard]] bool factorize(std::span<double> a, std::size_t order, double least_share = least_own_share);

/// b becomes inverse(L) b.
void forward_substitute(std::span<const double> factor, std::size_t order, std::span<double> b);
/// b becomes inverse(L') b; after forward_substitute the two have solved A x = b.
void back_substitute(std::span<const double> factor, std::size_t order, std::span<double> b);
/// The whole inverse of A = L L', both triangles.
void invert(std::span<const double> factor, std::size_t order, std::span<double> inverse);
/// log |A|.
[[nodiscard]] double log_determinant(std::span<const double> factor, std::size_t order);

// The same factorization with U = L' kept instead, whose rows a processor can work on in packs. Of the matrix
// the upper triangle is read.

/// U in A = U'U in place; what stands below the diagonal is neither read nor written. False as factorize.
[[nodiscard]] bool factorize_upper(std::span<double> a, std::size_t order,
                                   double least_share = least_own_share);
/// B becomes inverse(U') B, `columns` a row.
void solve_transposed(std::span<const double> upper, std::size_t order, std::span<double> b,
                      std::size_t columns);
/// b becomes inverse(U) b.
void solve_upper(std::span<const double> upper, std::size_t order, std::span<double> b);

}  // namespace equipoise
