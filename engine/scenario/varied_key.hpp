#pragma once

#include <optional>
#include <string>

#include "engine/scenario/build.hpp"
#include "engine/scenario/check_context.hpp"
#include "engine/scenario/schema/range.hpp"
#include "engine/study/possible_values.hpp"

namespace equipoise {

/// The number that a study varies: a key of the scenario or a parameter of its condition.
struct VariedKey {
  std::string path;
  std::string unit;  // empty: none
  Range limits;      // as declared
  bool whole = false;
  bool always_whole = false;  // by declaration; a parameter's file may just happen to write a whole number
  std::optional<double> present;  // its value in the scenario, where there is one

  [[nodiscard]] bool is_participants() const { return path == "cohort.participants"; }
};

/// The key that size.vary names. Adds a problem, and returns nothing, where it is unknown or no number.
[[nodiscard]] std::optional<VariedKey> varied_key(const CheckContext& context);

/// The scenario with another value of the key, as it would stand in its file.
[[nodiscard]] ScenarioFile scenario_at(const ScenarioFile& file, const VariedKey& key, double value,
                                       Problems& problems);

/// The study with another value of the key. Problems are those of the scenario with that value.
[[nodiscard]] std::optional<Study> study_at(const ScenarioFile& file, const VariedKey& key, double value,
                                            const ConditionLoader& load, Problems& problems,
                                            const BuildOptions& options = {});

/// The values to consider: size.between, else what can be built around the present value. Adds a problem
/// where that does not say enough.
[[nodiscard]] PossibleValues values_of(const ScenarioFile& file, const VariedKey& key,
                                       const ConditionLoader& load, Problems& problems);

/// What `equipoise size` needs to know of the key, after build() found nothing wrong.
[[nodiscard]] VariedKey varied_key_of(const ScenarioFile& file, const ConditionLoader& load);

}  // namespace equipoise
