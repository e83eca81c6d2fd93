#pragma once

#include <filesystem>
#include <memory>

#include "engine/base/problem.hpp"
#include "engine/cohort/condition.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// The draws of posterior.toml in a condition's folder; null where there is no such file, and with problems
/// where it does not fit the parameters in `root`.
[[nodiscard]] std::shared_ptr<const PosteriorDraws> read_posterior(const std::filesystem::path& folder,
                                                                   const Value& root, Problems& problems);

}  // namespace equipoise
