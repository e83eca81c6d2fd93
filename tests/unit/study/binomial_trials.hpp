#pragma once

#include <cmath>
#include <cstdint>
#include <functional>

#include "engine/numeric/distributions.hpp"
#include "engine/random/laws.hpp"
#include "engine/random/stream.hpp"
#include "engine/study/size_search.hpp"

namespace equipoise {

/// Trials that are nothing but a coin: each replicate rejects with a probability that depends on the value.
/// Replicates are addressed as in a run, so a search sees other coins in every batch.
inline TryValue coins(std::uint64_t seed, std::function<double(double)> power) {
  return [seed, power = std::move(power)](double value, std::uint64_t first, std::uint64_t trials) {
    const double probability = power(value);
    Responses responses;
    responses.trials = trials;
    for (std::uint64_t k = 0; k < trials; ++k) {
      Stream stream(seed, first + k, Purpose::test, 0, 0);
      responses.add(Uniform{}(stream) < probability ? 1.0 : 0.0);
    }
    return responses;
  };
}

/// Normal theory: the power of n participants for a standardized difference between two equal arms.
inline double normal_power(double n, double difference) {
  return normal_cdf(difference * std::sqrt(n / 4.0) - normal_quantile(0.975));
}

/// The number of participants at which it is reached.
inline double normal_size(double power, double difference) {
  const double z = normal_quantile(0.975) + normal_quantile(power);
  return 4.0 * z * z / (difference * difference);
}

inline SizeQuestion about_participants(double start, double target = 0.9) {
  SizeQuestion question;
  question.target = target;
  question.values = {4.0, 20'000.0, true};
  question.start = start;
  return question;
}

inline SizeQuestion about_a_share(double low, double high, double target = 0.8) {
  SizeQuestion question;
  question.target = target;
  question.values = {low, high, false};
  return question;
}

}  // namespace equipoise
