#pragma once

namespace equipoise {

/// P(Z <= z), its derivative and its inverse for the standard normal distribution.
[[nodiscard]] double normal_cdf(double z);
[[nodiscard]] double normal_density(double z);
[[nodiscard]] double normal_quantile(double probability);

/// P(B <= k) of a binomial count of n.
[[nodiscard]] double binomial_cdf(double k, double n, double probability);
/// P(X <= x), X chi-squared with df degrees of freedom.
[[nodiscard]] double chi_squared_cdf(double x, double df);

/// log Gamma(x), x > 0. That of the standard library leaves a sign in a global variable, which threads that
/// make plans at the same time would all write to.
[[nodiscard]] double log_gamma(double x);

}  // namespace equipoise
