#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/design/ids.hpp"

namespace equipoise {

/// What an analysis adjusts for.
struct Covariate {
  enum class Kind {
    baseline,  // an endpoint's value at baseline; the analysed endpoint's own on the scale of its log1p
               // transform
    site,      // a factor
  };
  Kind kind = Kind::baseline;
  EndpointId endpoint;  // of a baseline

  friend bool operator==(const Covariate&, const Covariate&) = default;
};

/// Student's t test of two means (engine/methods/mean_difference.md).
struct MeanDifferenceOptions {
  enum class Variance { pooled, welch };
  Variance variance = Variance::welch;
};

template <>
struct NamesOf<MeanDifferenceOptions::Variance> {
  using Variance = MeanDifferenceOptions::Variance;
  static constexpr std::array<Named<Variance>, 2> all{
      {{"pooled", Variance::pooled}, {"welch", Variance::welch}}};
};

/// Analysis of covariance by least squares (engine/methods/ancova.md).
struct AncovaOptions {
  enum class Arms { compared, all };
  std::vector<Covariate> adjust;
  Arms arms = Arms::compared;  // whose participants enter the model and its residual variance
};

template <>
struct NamesOf<AncovaOptions::Arms> {
  using Arms = AncovaOptions::Arms;
  static constexpr std::array<Named<Arms>, 2> all{{{"compared", Arms::compared}, {"all", Arms::all}}};
};

/// Difference of two proportions: score test and Newcombe's interval (engine/methods/proportions.md).
struct ProportionsOptions {};

using AnalysisOptions = std::variant<MeanDifferenceOptions, AncovaOptions, ProportionsOptions>;

/// The method's name in a scenario: mean_difference, ancova, proportions.
[[nodiscard]] std::string_view method_name(const AnalysisOptions& options);

}  // namespace equipoise
