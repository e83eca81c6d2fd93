#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/characteristics/assurance.hpp"
#include "engine/scenario/build_assurance.hpp"
#include "engine/study/run_cells.hpp"
#include "tools/cli/json.hpp"

namespace equipoise {

/// An assurance and what came of it, as the three formats show it.
struct AssuranceSummary {
  const AssuranceRun& run;
  const std::vector<Assurance>& result;
  const CellsDone& done;
};

/// Powers and their quantiles, a line a hypothesis.
[[nodiscard]] std::string assurance_powers(std::span<const Assurance> result);
/// The keys that explain more of the power's variance than chance may.
[[nodiscard]] std::string assurance_drivers(const Assurance& of, const std::vector<AssuranceKey>& keys);
/// Of one hypothesis.
[[nodiscard]] Json assurance_of_hypothesis(const Assurance& of, const std::vector<AssuranceKey>& keys);

/// For people.
[[nodiscard]] std::string assurance_table(const AssuranceSummary& summary);
/// One JSON object; its members are in tools/cli/README.md and stay as they are.
[[nodiscard]] std::string assurance_json(const AssuranceSummary& summary);
/// One line a hypothesis and key.
[[nodiscard]] std::string assurance_csv(const AssuranceSummary& summary);

}  // namespace equipoise
