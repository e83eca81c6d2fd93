#include "engine/numeric/distribution.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/beta.hpp>

#include "engine/numeric/boost_policy.hpp"
#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

using Beta = boost::math::beta_distribution<double, QuietDoubles>;

double uncut_quantile(const Distribution& distribution, double probability) {
  const auto [first, second] = distribution.parameters;
  switch (distribution.kind) {
    case Distribution::Kind::uniform:
      return first + probability * (second - first);
    case Distribution::Kind::normal:
      return first + second * normal_quantile(probability);
    case Distribution::Kind::lognormal:
      return std::exp(first + second * normal_quantile(probability));
    case Distribution::Kind::beta:
      return boost::math::quantile(Beta(first, second), probability);
  }
  return std::nan("");
}

double share_below(const Distribution& distribution, double value) {
  const auto [first, second] = distribution.parameters;
  switch (distribution.kind) {
    case Distribution::Kind::uniform:
      return std::clamp((value - first) / (second - first), 0.0, 1.0);
    case Distribution::Kind::normal:
      return normal_cdf((value - first) / second);
    case Distribution::Kind::lognormal:
      return value <= 0.0 ? 0.0 : normal_cdf((std::log(value) - first) / second);
    case Distribution::Kind::beta:
      return boost::math::cdf(Beta(first, second), std::clamp(value, 0.0, 1.0));
  }
  return std::nan("");
}

}  // namespace

double Distribution::quantile(double probability) const {
  if (!within) return uncut_quantile(*this, probability);
  const double below = share_below(*this, within->low);
  const double through = share_below(*this, within->high);
  // Far from a bound rounding may still step over it.
  return std::clamp(uncut_quantile(*this, below + probability * (through - below)), within->low,
                    within->high);
}

std::string_view what_is_wrong_with(const Distribution& distribution) {
  const auto [first, second] = distribution.parameters;
  if (!std::isfinite(first) || !std::isfinite(second)) return "its parameters must be finite numbers";
  switch (distribution.kind) {
    case Distribution::Kind::uniform:
      if (!(first < second)) return "the minimum must be below the maximum";
      break;
    case Distribution::Kind::normal:
    case Distribution::Kind::lognormal:
      if (!(second > 0.0)) return "the standard deviation must be above 0";
      break;
    case Distribution::Kind::beta:
      if (!(first > 0.0) || !(second > 0.0)) return "both shapes must be above 0";
      break;
  }
  if (!distribution.within) return {};
  const auto [low, high] = *distribution.within;
  if (!(low < high)) return "what it is kept within must have a lower end below its upper end";
  if (!(share_below(distribution, high) - share_below(distribution, low) > 0.0)) {
    return "hardly anything of it lies within what it is kept within";
  }
  return {};
}

}  // namespace equipoise
