#pragma once

#include <cmath>

namespace equipoise::checks {

[[nodiscard]] inline double binomial(int k, int n, double p) {
  return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

/// The probability that happens(yes1, yes0), with n1 and n0 people who say yes with p1 and p0: the sum over
/// all tables.
template <class Happens>
[[nodiscard]] double over_all_tables(int n1, int n0, double p1, double p0, Happens&& happens) {
  double total = 0.0;
  for (int yes1 = 0; yes1 <= n1; ++yes1) {
    for (int yes0 = 0; yes0 <= n0; ++yes0) {
      if (happens(yes1, yes0)) total += binomial(yes1, n1, p1) * binomial(yes0, n0, p0);
    }
  }
  return total;
}

}  // namespace equipoise::checks
