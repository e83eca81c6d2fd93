#pragma once

#include <string_view>

namespace equipoise {

/// The version of the program that was built: "0.1.0".
[[nodiscard]] std::string_view software_version();

/// The git commit that it was built from, with "-dirty" where files differed from it when CMake configured;
/// "unknown" outside git.
[[nodiscard]] std::string_view software_git_hash();

}  // namespace equipoise
