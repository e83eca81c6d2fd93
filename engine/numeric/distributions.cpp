#include "engine/numeric/distributions.hpp"

#include <cmath>
#include <numbers>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "engine/numeric/boost_policy.hpp"

namespace equipoise {

double normal_cdf(double z) {
  // 1/sqrt(2): the normal distribution in terms of the error function.
  constexpr double root_half = 0.70710678118654752440;
  return 0.5 * std::erfc(-z * root_half);
}

double normal_density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
}

double normal_quantile(double probability) {
  return boost::math::quantile(boost::math::normal_distribution<double, QuietDoubles>{}, probability);
}

double binomial_cdf(double k, double n, double probability) {
  return boost::math::cdf(boost::math::binomial_distribution<double, QuietDoubles>{n, probability}, k);
}

double chi_squared_cdf(double x, double df) {
  return boost::math::cdf(boost::math::chi_squared_distribution<double, QuietDoubles>{df}, x);
}

double log_gamma(double x) {
  return boost::math::lgamma(x, QuietDoubles());
}

}  // namespace equipoise
