#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace equipoise {

// The root attribute `format` of the files that this room writes.
inline constexpr const char* results_format = "equipoise-results";
inline constexpr const char* calibration_format = "equipoise-calibration";

/// The root attribute `format` of an HDF5 file; none where the file has none or cannot be read as HDF5.
[[nodiscard]] std::optional<std::string> format_of(const std::filesystem::path& file);

}  // namespace equipoise
