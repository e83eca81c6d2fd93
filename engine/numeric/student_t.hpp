#pragma once

#include <array>
#include <cstddef>

namespace equipoise {

/// P(T > t) for Student's t with df > 0 degrees of freedom, not necessarily whole; df may be infinite
/// (normal).
[[nodiscard]] double student_upper_tail(double t, double df);

/// The t with P(T <= t) = probability.
[[nodiscard]] double student_quantile(double probability, double df);

/// P(T <= t) for the noncentral t distribution with noncentrality delta.
[[nodiscard]] double noncentral_t_cdf(double t, double df, double delta);

/// Quantiles of one probability at a time, remembered by df: a simulation asks for the same few thousands of
/// times.
class StudentQuantiles {
 public:
  [[nodiscard]] double operator()(double probability, double df);

 private:
  struct Entry {
    double probability = 0.0;
    double df = 0.0;
    double quantile = 0.0;
  };
  std::array<Entry, 256> entries_{};
};

}  // namespace equipoise
