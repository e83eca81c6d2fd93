#include "engine/characteristics/proportion.hpp"

#include <cmath>
#include <limits>

namespace equipoise {
namespace {

double standard_error(double part, double whole) {
  const double p = part / whole;
  return std::sqrt(p * (1.0 - p) / whole);
}

}  // namespace

Simulated proportion(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    return {none, none};
  }
  const auto successes = static_cast<double>(part);
  const auto trials = static_cast<double>(whole);
  const bool looks_certain = part == 0 || part == whole;
  return {successes / trials,
          looks_certain ? standard_error(successes + 2.0, trials + 4.0) : standard_error(successes, trials)};
}

}  // namespace equipoise
