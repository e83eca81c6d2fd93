#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace equipoise {

/// The sum of term(0), ..., term(count - 1) in eight interleaved partial sums. The order of the additions
/// depends on the count alone, so the same terms give the same bits; eight independent chains let the
/// compiler use vector registers without leave to reorder anything, and round off less than one chain would.
template <class Term>
[[nodiscard]] double sum_of(std::size_t count, Term&& term) {
  constexpr std::size_t chains = 8;
  std::array<double, chains> partial{};
  std::size_t i = 0;
  for (; i + chains <= count; i += chains) {
    for (std::size_t chain = 0; chain < chains; ++chain) partial[chain] += term(i + chain);
  }
  for (std::size_t chain = 0; i < count; ++i, ++chain) partial[chain] += term(i);
  return ((partial[0] + partial[4]) + (partial[2] + partial[6])) +
         ((partial[1] + partial[5]) + (partial[3] + partial[7]));
}

[[nodiscard]] inline double sum(std::span<const double> x) {
  return sum_of(x.size(), [x](std::size_t i) { return x[i]; });
}

/// The inner product of two columns of the same length.
[[nodiscard]] inline double dot(std::span<const double> x, std::span<const double> y) {
  return sum_of(x.size(), [x, y](std::size_t i) { return x[i] * y[i]; });
}

/// Subtracts a column's own mean and returns it. The mean is taken of the distances from the first value, so
/// that a constant column becomes exactly zero and a large common part costs no digits.
inline double centre(std::span<double> x) {
  if (x.empty()) return 0.0;
  const double first = x[0];
  const double beyond_first =
      sum_of(x.size(), [x, first](std::size_t i) { return x[i] - first; }) / static_cast<double>(x.size());
  for (double& value : x) value = (value - first) - beyond_first;
  return first + beyond_first;
}

}  // namespace equipoise
