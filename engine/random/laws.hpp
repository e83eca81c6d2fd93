#pragma once

#include <cstdint>
#include <span>

#include "engine/random/stream.hpp"

namespace equipoise {

/// A uniform number in (0, 1): the middle of one of 2^52 equal cells, so never 0 or 1. One word of the stream
/// a number, always.
class Uniform {
 public:
  double operator()(Stream& stream) const;
};

/// A standard normal number (Boost's ziggurat: one word of the stream in 97 of 100 numbers, more in the
/// others).
class Normal {
 public:
  double operator()(Stream& stream) const;
};

/// Exponential with the given mean > 0.
class Exponential {
 public:
  explicit Exponential(double mean);
  double operator()(Stream& stream) const;

 private:
  double mean_;
};

/// Log-normal with the given mean and standard deviation of the amount itself; sd = 0 gives the mean.
class LogNormal {
 public:
  LogNormal(double mean, double sd);
  double operator()(Stream& stream) const;
  /// The amount that a standard normal number stands for.
  [[nodiscard]] double from_normal(double normal) const;

 private:
  double log_mean_;
  double log_sd_;
};

/// Puts the entries in an order, every one equally likely (Fisher-Yates).
void shuffle(std::span<std::uint8_t> entries, Stream& stream);

/// A column of normal numbers: the numbers of one stream, one after another, as Normal draws them. The k-th
/// number is the k-th participant's; a longer column leaves it as it is.
void fill_normal(Stream stream, std::span<double> column);

/// The same for Uniform.
void fill_uniform(Stream stream, std::span<double> column);

}  // namespace equipoise
