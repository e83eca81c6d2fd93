#pragma once

#include <cstdint>
#include <vector>

#include "engine/numeric/student_t.hpp"

namespace equipoise {

/// Scratch memory of one thread's analyses. Holds nothing that an answer depends on.
struct AnalysisWorkspace {
  std::vector<double> outcome;             // transformed values of those analysed
  std::vector<std::uint8_t> treated;       // 1 in the treatment arm
  std::vector<std::uint32_t> participant;  // whose they are
  std::vector<double> design;              // columns of a design matrix, one after the other
  std::vector<double> cross_products;
  std::vector<double> solution;
  StudentQuantiles quantiles;  // t quantiles seen before, by df
};

}  // namespace equipoise
