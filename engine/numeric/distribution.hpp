#pragma once

#include <limits>

#include "engine/base/named.hpp"

namespace equipoise {

/// Families of distributions for a number that is not known.
enum class Family {
  normal,     // first: mean, second: SD
  lognormal,  // first: median, second: SD of the logarithm
  beta,       // first and second: the shapes a and b
  uniform,    // first: lowest, second: highest
};

template <>
struct NamesOf<Family> {
  static constexpr std::array<Named<Family>, 4> all{{{"normal", Family::normal},
                                                     {"lognormal", Family::lognormal},
                                                     {"beta", Family::beta},
                                                     {"uniform", Family::uniform}}};
};

/// What is believed of a number: a distribution, cut off at `low` and `high` where they are given.
struct Distribution {
  Family family = Family::normal;
  double first = 0.0;
  double second = 1.0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  /// The value below which the number lies with this probability, 0 to 1.
  [[nodiscard]] double quantile(double probability) const;
  /// The value that a standard normal score stands for: quantile of its probability. Monotone, so that what
  /// is believed of a score is believed of the number.
  [[nodiscard]] double at_score(double score) const;
  /// The score of a value; infinite at and beyond the ends.
  [[nodiscard]] double score_of(double value) const;
  /// The share of the uncut distribution between `low` and `high`: 0 where nothing is left.
  [[nodiscard]] double share_kept() const;
};

}  // namespace equipoise
