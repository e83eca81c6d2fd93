#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/scenario/schema/keys.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// How the values of several swept keys make cells.
enum class Combine { cross, zip };

template <>
struct NamesOf<Combine> {
  static constexpr std::array<Named<Combine>, 2> all{{{"cross", Combine::cross}, {"zip", Combine::zip}}};
};

/// [sweep] as the file says it.
struct SweepPart {
  Combine combine = Combine::cross;
  bool common_random_numbers = true;
  std::size_t reference = 0;  // the cell that others are compared with
  bool replicates = true;     // kept in the results file
  ByName<Value> factors;
};

/// [sensitivity] as the file says it.
struct SensitivityPart {
  std::size_t points = 64;
  std::uint64_t trials = 200;
  std::uint64_t truth_participants = 20'000;
  std::vector<double> tornado{0.05, 0.95};
  ByName<Value> factors;
};

[[nodiscard]] Keys<SweepPart> sweep_keys();
[[nodiscard]] Keys<SensitivityPart> sensitivity_keys();

}  // namespace equipoise
