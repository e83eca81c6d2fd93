#include "engine/random/laws.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

#include "engine/base/expects.hpp"
#include "engine/random/unit_interval.hpp"

namespace equipoise {
namespace {

/// One of 0, 1, ..., count - 1, every one equally likely: the upper half of a word times count, rejected
/// where it falls into the rest that 2^32 leaves when divided by count (Lemire, "Fast random integer
/// generation in an interval", ACM Transactions on Modeling and Computer Simulation 29, 2019).
std::uint32_t below(std::uint32_t count, Stream& stream) {
  std::uint64_t product = (stream() >> 32U) * count;
  auto rest = static_cast<std::uint32_t>(product);
  if (rest < count) {
    const std::uint32_t smallest = (0U - count) % count;
    while (rest < smallest) {
      product = (stream() >> 32U) * count;
      rest = static_cast<std::uint32_t>(product);
    }
  }
  return static_cast<std::uint32_t>(product >> 32U);
}

}  // namespace

double Uniform::operator()(Stream& stream) const {
  return unit_interval(stream());
}

double Normal::operator()(Stream& stream) const {
  return boost::random::normal_distribution<double>()(stream);
}

Exponential::Exponential(double mean) : mean_(mean) {
  EQUIPOISE_EXPECTS(mean > 0.0);
}

double Exponential::operator()(Stream& stream) const {
  return mean_ * boost::random::exponential_distribution<double>()(stream);
}

// If log X is normal with mean m and variance v, X has mean exp(m + v/2) and variance (exp(v) - 1) mean^2.
LogNormal::LogNormal(double mean, double sd) : log_mean_(0.0), log_sd_(0.0) {
  EQUIPOISE_EXPECTS(mean > 0.0 && sd >= 0.0);
  const double log_variance = std::log1p((sd / mean) * (sd / mean));
  log_mean_ = std::log(mean) - 0.5 * log_variance;
  log_sd_ = std::sqrt(log_variance);
}

double LogNormal::operator()(Stream& stream) const {
  return from_normal(Normal()(stream));
}

double LogNormal::from_normal(double normal) const {
  return std::exp(log_mean_ + log_sd_ * normal);
}

void shuffle(std::span<std::uint8_t> entries, Stream& stream) {
  EQUIPOISE_EXPECTS(entries.size() <= std::numeric_limits<std::uint32_t>::max());
  for (std::size_t last = entries.size(); last > 1; --last) {
    std::swap(entries[last - 1], entries[below(static_cast<std::uint32_t>(last), stream)]);
  }
}

}  // namespace equipoise
