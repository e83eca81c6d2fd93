#pragma once

#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// A share of a variance with its 95 % confidence interval; NaN where there is no variance to share, or
/// too few rows tell it.
struct VarianceShare {
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// What one factor does to the power of one hypothesis.
struct FactorInfluence {
  VarianceShare first_order;  // of the factor alone
  VarianceShare total;        // with all that it does together with others
  Simulated power_low;        // the factor at its low quantile, the others at their medians
  Simulated power_high;       // at its high quantile
  Simulated difference;       // high minus low, on the same participants
};

/// The sensitivity of one hypothesis' power to what is not known.
struct PowerSensitivity {
  std::string hypothesis;
  Simulated mean;     // power averaged over the factors; the MCSE holds points and trials
  double sd = 0.0;    // of the power over the factors, its Monte Carlo noise taken out
  Simulated medians;  // power with every factor at its median
  std::vector<FactorInfluence> factors;
};

/// A factor as it was drawn.
struct SensitivityFactor {
  std::string key;
  std::string distribution;  // as the scenario writes it
  double low = 0.0;          // its values in the tornado
  double median = 0.0;
  double high = 0.0;
};

struct Sensitivity {
  std::vector<SensitivityFactor> factors;
  std::vector<PowerSensitivity> hypotheses;
};

}  // namespace equipoise
