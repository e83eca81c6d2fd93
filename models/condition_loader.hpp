#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/cohort/condition.hpp"
#include "engine/scenario/condition_loader.hpp"

namespace equipoise {

/// Loads a condition folder: parameters.toml, read, overridden and checked. A ConditionLoader.
[[nodiscard]] std::unique_ptr<Condition> load_condition(const ConditionRequest& request, Problems& problems);

/// The same, for many requests of few conditions: a file is read from the disk once. Any thread may call it.
[[nodiscard]] ConditionLoader remembering_loader();

/// The folder that holds the conditions which ship: $EQUIPOISE_MODELS, else
/// share/equipoise/models beside the installed program, else models/ of the tree it was built from; empty
/// where there is none of them.
[[nodiscard]] std::filesystem::path shipped_conditions();

/// The folder of a condition that ships, or a path to one's own. None of this name is a problem.
[[nodiscard]] std::optional<std::filesystem::path> condition_folder(const std::string& name,
                                                                    Problems& problems);

/// Names of the conditions in that folder, sorted.
[[nodiscard]] std::vector<std::string> condition_names();

}  // namespace equipoise
