#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "engine/base/named.hpp"

namespace equipoise {

/// What is believed of a number that is not known.
struct Distribution {
  enum class Kind { uniform, normal, lognormal, beta };
  struct Bounds {
    double low = 0.0;
    double high = 0.0;
  };

  Kind kind = Kind::uniform;
  /// uniform: minimum, maximum; normal: mean, standard deviation; lognormal: mean and standard deviation of
  /// the logarithm; beta: its two shapes.
  std::array<double, 2> parameters{0.0, 1.0};
  std::optional<Bounds> within;  // cut off outside

  /// The value that the share `probability`, in (0, 1), lies below; NaN where the parameters are invalid.
  [[nodiscard]] double quantile(double probability) const;
};

template <>
struct NamesOf<Distribution::Kind> {
  static constexpr std::array<Named<Distribution::Kind>, 4> all{{{"uniform", Distribution::Kind::uniform},
                                                                 {"normal", Distribution::Kind::normal},
                                                                 {"lognormal", Distribution::Kind::lognormal},
                                                                 {"beta", Distribution::Kind::beta}}};
};

/// Why there is no such distribution ("the standard deviation must be above 0"); empty where there is one.
[[nodiscard]] std::string_view what_is_wrong_with(const Distribution& distribution);

}  // namespace equipoise
