#include "engine/numeric/distribution.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/beta.hpp>

#include "engine/numeric/boost_policy.hpp"
#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

using Beta = boost::math::beta_distribution<double, QuietDoubles>;

double whole_cdf(const Distribution& d, double value) {
  switch (d.family) {
    case Family::normal:
      return normal_cdf((value - d.first) / d.second);
    case Family::lognormal:
      return value <= 0.0 ? 0.0 : normal_cdf(std::log(value / d.first) / d.second);
    case Family::beta:
      return boost::math::cdf(Beta(d.first, d.second), std::clamp(value, 0.0, 1.0));
    case Family::uniform:
      return std::clamp((value - d.first) / (d.second - d.first), 0.0, 1.0);
  }
  return 0.0;
}

double whole_quantile(const Distribution& d, double probability) {
  switch (d.family) {
    case Family::normal:
      return d.first + d.second * normal_quantile(probability);
    case Family::lognormal:
      return d.first * std::exp(d.second * normal_quantile(probability));
    case Family::beta:
      return boost::math::quantile(Beta(d.first, d.second), probability);
    case Family::uniform:
      return d.first + (d.second - d.first) * probability;
  }
  return 0.0;
}

}  // namespace

double Distribution::quantile(double probability) const {
  const double below = whole_cdf(*this, low);
  const double value = whole_quantile(*this, below + probability * share_kept());
  return std::clamp(value, low, high);
}

double Distribution::at_score(double score) const {
  // In the tails a probability has fewer digits than the score that it stands for.
  const bool whole = std::isinf(low) && std::isinf(high);
  if (whole && family == Family::normal) return first + second * score;
  if (whole && family == Family::lognormal) return first * std::exp(second * score);
  return quantile(normal_cdf(score));
}

double Distribution::score_of(double value) const {
  const double share = (whole_cdf(*this, value) - whole_cdf(*this, low)) / share_kept();
  return normal_quantile(std::clamp(share, 0.0, 1.0));
}

double Distribution::share_kept() const {
  return whole_cdf(*this, high) - whole_cdf(*this, low);
}

}  // namespace equipoise
