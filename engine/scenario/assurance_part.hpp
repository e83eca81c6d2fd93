#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/scenario/schema/keys.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// [assurance] as the file says it.
struct AssurancePart {
  std::size_t draws = 200;
  std::uint64_t trials = 50;  // of each draw
  std::uint64_t truth_participants = 20'000;
  std::vector<std::string> fixed;  // parameters that keep their value
  ByName<Value> priors;            // in the place of the posterior
};

[[nodiscard]] Keys<AssurancePart> assurance_keys();

}  // namespace equipoise
