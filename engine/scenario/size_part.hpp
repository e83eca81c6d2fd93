#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/scenario/schema/keys.hpp"
#include "engine/study/round_up.hpp"

namespace equipoise {

/// What [size] says.
struct SizePart {
  std::optional<double> power;
  std::optional<double> assurance;
  std::optional<double> half_width;
  std::string shown;  // a hypothesis, "any" or "all"; empty: the only one, or all
  std::string vary = "cohort.participants";
  std::vector<double> between;
  std::optional<double> precision;
  std::uint64_t trials = 400'000;
  std::uint64_t verify = 10'000;
  Rounding round = Rounding::blocks;
  double lost = 0.0;  // share of the participants, beyond those that the scenario itself loses
};

[[nodiscard]] Keys<SizePart> size_keys();

}  // namespace equipoise
