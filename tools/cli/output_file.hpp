#pragma once

#include <filesystem>

namespace equipoise {

/// The file that `-o` means: what a link points to. Throws InvalidInput where that is the scenario itself or
/// something other than a file (a device, a pipe, a folder), which taking its name would destroy.
[[nodiscard]] std::filesystem::path output_file(const std::filesystem::path& wanted,
                                                const std::filesystem::path& scenario);

}  // namespace equipoise
