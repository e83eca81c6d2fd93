#pragma once

#include <filesystem>

namespace equipoise {

/// What is written to a file that `-o` names.
enum class OutputKind { hdf5, csv };

/// The file that `-o` means: what a link points to. Throws InvalidInput where that is the scenario itself,
/// something other than a file (a device, a pipe, a folder), or a file that holds something else than what is
/// to be written: taking its name would destroy it.
[[nodiscard]] std::filesystem::path output_file(const std::filesystem::path& wanted,
                                                const std::filesystem::path& scenario,
                                                OutputKind kind = OutputKind::hdf5);

}  // namespace equipoise
