#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace equipoise {

/// Points of the unit cube that fill it more evenly than random ones: Sobol's sequence (Boost.Random, with
/// the direction numbers of Joe and Kuo), moved by a random digital shift, so that each point alone is
/// uniform. The same seed gives the same points; fewer of them are the beginning of more.
class SobolPoints {
 public:
  SobolPoints(std::size_t dimensions, std::uint64_t seed);
  ~SobolPoints();
  SobolPoints(SobolPoints&&) noexcept;

  /// The next point: one number in (0, 1) a dimension.
  void next(std::span<double> point);

 private:
  struct Sequence;

  std::unique_ptr<Sequence> sequence_;
};

}  // namespace equipoise
