#pragma once

#include <array>
#include <cstdint>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// What two analyses made of the same trials: sums of products from which the differences of their operating
/// characteristics come with the standard error of a paired difference (delta method).
class PairedSums {
 public:
  /// What one analysis made of a trial.
  struct Result {
    double error = 0.0;       // estimate - true value
    double squared_se = 0.0;  // as the analysis reports it
    bool covered = false;
    bool rejected = false;  // in either direction
    bool shown = false;     // in one that counts as power
    bool usable = false;
  };

  void add(const Result& first, const Result& second);
  void merge(const PairedSums& other);

  /// Second minus first. Power and rejections over all trials, the rest over those that both could analyse.
  [[nodiscard]] PairedDifference difference() const;

 private:
  // Of each analysis: error, its square, squared standard error, covered.
  static constexpr std::size_t kept = 8;
  using Gradient = std::array<double, kept>;

  [[nodiscard]] Simulated difference_of(double first, double second, const Gradient& gradient) const;

  /// Trials in which one analysis alone says yes.
  struct Disagreement {
    std::uint64_t only_first = 0;
    std::uint64_t only_second = 0;

    void add(bool first, bool second);
    void merge(const Disagreement& other);
    [[nodiscard]] Simulated difference(double trials) const;
  };

  std::uint64_t trials_ = 0;
  Disagreement rejected_;
  Disagreement shown_;
  double both_usable_ = 0.0;
  std::array<double, kept> sums_{};
  std::array<double, kept * kept> products_{};
};

}  // namespace equipoise
