#include "engine/numeric/student_t.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "engine/numeric/boost_policy.hpp"
#include "engine/numeric/distributions.hpp"

namespace equipoise {

double student_upper_tail(double t, double df) {
  if (std::isnan(t) || std::isnan(df)) return std::nan("");
  if (std::isinf(df)) return normal_cdf(-t);
  if (std::isinf(t)) return t > 0.0 ? 0.0 : 1.0;
  const boost::math::students_t_distribution<double, QuietDoubles> law(df);
  return boost::math::cdf(boost::math::complement(law, t));
}

double student_quantile(double probability, double df) {
  if (std::isinf(df)) return normal_quantile(probability);
  const boost::math::students_t_distribution<double, QuietDoubles> law(df);
  return boost::math::quantile(law, probability);
}

double noncentral_t_cdf(double t, double df, double delta) {
  const boost::math::non_central_t_distribution<double, QuietDoubles> law(df, delta);
  return boost::math::cdf(law, t);
}

double StudentQuantiles::operator()(double probability, double df) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &df, sizeof bits);
  // Neighbouring whole numbers differ in the bits below the exponent; the multiplier spreads them over the
  // table.
  constexpr std::uint64_t spread = 0x9E3779B97F4A7C15U;
  Entry& entry = entries_[static_cast<std::size_t>((bits * spread) >> 56U)];
  if (entry.df != df || entry.probability != probability) {
    entry = {probability, df, student_quantile(probability, df)};
  }
  return entry.quantile;
}

}  // namespace equipoise
