#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/design/ids.hpp"

namespace equipoise {

/// One term of a fitted mean: which column of the model a coefficient belongs to.
struct Term {
  enum class Kind {
    intercept,
    arm,        // index: ArmId, against the reference arm
    covariate,  // index: place in the options' `adjust`
    site,       // index: site, against the first
    time,       // slope over months
    arm_time,   // index: ArmId; difference of slopes
  };
  Kind kind = Kind::intercept;
  std::uint32_t index = 0;
  std::optional<VisitId> visit;  // of terms that have a coefficient a visit
};

struct Coefficient {
  Term term;
  double value = 0.0;
  double se = std::numeric_limits<double>::quiet_NaN();
  double df = std::numeric_limits<double>::quiet_NaN();  // of the standard error; infinite: normal
};

/// A square matrix that was estimated, row by row: a covariance over visits, of random effects, …
struct EstimatedMatrix {
  std::string name;             // "visits", "random_effects", "correlation", …
  std::optional<ArmId> arm;     // where each arm has its own
  std::vector<VisitId> visits;  // of its rows, where they are visits
  std::vector<double> values;
  std::size_t order = 0;
};

struct EstimatedVariance {
  std::string name;          // "therapy_group", "residual", …
  std::optional<ArmId> arm;  // where each arm has its own
  double value = 0.0;
};

/// What a fit knows beyond the contrast it was asked for. Filled on request only; it allocates.
struct FitDetails {
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();
  int iterations = 0;
  std::size_t participants = 0;  // analysed
  std::size_t observations = 0;
  std::vector<Coefficient> coefficients;
  std::vector<EstimatedMatrix> covariance;
  std::vector<EstimatedVariance> variances;
};

}  // namespace equipoise
