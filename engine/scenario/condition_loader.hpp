#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "engine/base/problem.hpp"
#include "engine/cohort/condition.hpp"
#include "engine/scenario/schema/override.hpp"

namespace equipoise {

/// What a scenario asks of whoever loads conditions.
struct ConditionRequest {
  std::string name;                         // of a condition that ships, or a path to a folder
  Place place;                              // where the scenario says so
  std::filesystem::path scenario_folder;    // a relative path starts here
  std::span<const Override> overrides;      // of parameters: what is no key of the scenario
  std::span<const std::string> other_keys;  // what else an override could have meant: for apply_overrides
};

/// Loads a condition, or returns null with at least one problem. Handed in by the program, because the engine
/// knows no condition. A condition that is there but wrong in places may be returned together with problems.
using ConditionLoader = std::function<std::unique_ptr<Condition>(const ConditionRequest&, Problems&)>;

}  // namespace equipoise
