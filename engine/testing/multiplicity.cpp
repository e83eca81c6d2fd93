#include "engine/testing/multiplicity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "engine/base/expects.hpp"

namespace equipoise {
namespace {

/// A test that could not be made is no evidence.
double known(double p) {
  return std::isnan(p) ? 1.0 : p;
}

void holm(std::span<const double> p, std::span<double> adjusted) {
  std::array<std::uint8_t, most_hypotheses> order{};
  const auto ranked = std::span(order).first(p.size());
  for (std::size_t i = 0; i < ranked.size(); ++i) ranked[i] = static_cast<std::uint8_t>(i);
  std::sort(ranked.begin(), ranked.end(), [p](std::uint8_t a, std::uint8_t b) {
    return known(p[a]) != known(p[b]) ? known(p[a]) < known(p[b]) : a < b;
  });
  // The j-th smallest is multiplied by the number of hypotheses that still stand, and never falls below an
  // earlier one.
  double least = 0.0;
  for (std::size_t j = 0; j < ranked.size(); ++j) {
    const auto standing = static_cast<double>(ranked.size() - j);
    least = std::max(least, std::min(1.0, standing * known(p[ranked[j]])));
    adjusted[ranked[j]] = least;
  }
}

void co_primary(std::span<const double> p, std::span<double> adjusted) {
  double largest = 0.0;
  for (const double one : p) largest = std::max(largest, known(one));
  std::fill(adjusted.begin(), adjusted.end(), largest);
}

void multiply(std::span<const double> p, double factor, std::span<double> adjusted) {
  for (std::size_t i = 0; i < p.size(); ++i) adjusted[i] = std::min(1.0, factor * known(p[i]));
}

}  // namespace

void adjust_p_values(MultiplicityMethod method, std::span<const double> p, std::span<double> adjusted) {
  EQUIPOISE_EXPECTS(p.size() == adjusted.size());
  EQUIPOISE_EXPECTS(p.size() <= most_hypotheses);
  switch (method) {
    case MultiplicityMethod::none:
      multiply(p, 1.0, adjusted);
      return;
    case MultiplicityMethod::bonferroni:
      multiply(p, static_cast<double>(p.size()), adjusted);
      return;
    case MultiplicityMethod::holm:
      holm(p, adjusted);
      return;
    case MultiplicityMethod::co_primary:
      co_primary(p, adjusted);
      return;
  }
}

}  // namespace equipoise
