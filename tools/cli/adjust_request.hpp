#pragma once

#include <string>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/testing/multiplicity.hpp"

namespace equipoise {

/// The options of `equipoise adjust`, as they were typed; empty: not given.
struct AdjustArguments {
  std::string method;
  std::string p;
  std::string names;
  std::string alpha = "0.05";
  std::string weights;
  std::string transitions;
  std::string order;
  std::string families;
  std::string family_methods;
  std::string family_weights;
  std::string truncation;
  std::string gates;
  std::string correlation;
  std::string df;
  std::string sides;
  std::string format = "table";
};

/// What they ask for.
struct AdjustRequest {
  std::vector<std::string> names;
  std::vector<double> p;   // NaN: a test that could not be made
  std::vector<double> df;  // infinite where the statistic is normal
  double alpha = 0.05;
  Multiplicity procedure;
};

/// Everything that is wrong with the options is a problem; where there is any, nothing is promised of the
/// request.
[[nodiscard]] AdjustRequest read_adjust(const AdjustArguments& arguments, Problems& problems);

}  // namespace equipoise
