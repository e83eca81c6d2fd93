#pragma once

#include <algorithm>
#include <cstddef>

// Products of small matrices over visits, whose order is a constant for the compiler where that pays.

namespace equipoise {

/// Calls work<T>() with the number of visits as a constant where it is small, else work<0>().
template <class Work>
decltype(auto) for_visits(std::size_t visits, Work&& work) {
  switch (visits) {
    case 2:
      return work.template operator()<2>();
    case 3:
      return work.template operator()<3>();
    case 4:
      return work.template operator()<4>();
    case 5:
      return work.template operator()<5>();
    case 6:
      return work.template operator()<6>();
    default:
      return work.template operator()<0>();
  }
}

template <std::size_t Fixed>
[[nodiscard]] constexpr std::size_t size_or(std::size_t size) {
  return Fixed > 0 ? Fixed : size;
}

/// out = W S W for symmetric W and S of order T; `half` is scratch of the same size.
template <std::size_t Fixed>
void sandwich(const double* w, const double* s, std::size_t order, double* half, double* out) {
  const std::size_t n = size_or<Fixed>(order);
  const auto product = [n](const double* left, const double* right, double* result) {
    for (std::size_t a = 0; a < n; ++a) {
      double* const row = result + a * n;
      for (std::size_t c = 0; c < n; ++c) row[c] = left[a * n] * right[c];
      for (std::size_t b = 1; b < n; ++b) {
        const double factor = left[a * n + b];
        for (std::size_t c = 0; c < n; ++c) row[c] += factor * right[b * n + c];
      }
    }
  };
  product(w, s, half);
  product(half, w, out);
}

/// The columns of row-by-row matrices: out (T x q) = W (T x T) times x (T x q).
template <std::size_t Fixed>
void times(const double* w, const double* x, std::size_t order, std::size_t q, double* out) {
  const std::size_t n = size_or<Fixed>(order);
  for (std::size_t a = 0; a < n; ++a) {
    double* const row = out + a * q;
    std::fill(row, row + q, 0.0);
    for (std::size_t b = 0; b < n; ++b) {
      const double factor = w[a * n + b];
      for (std::size_t j = 0; j < q; ++j) row[j] += factor * x[b * q + j];
    }
  }
}

}  // namespace equipoise
