#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/problem.hpp"

namespace equipoise {

/// All of a text file. Nothing, and a problem, where it is no file (a folder, a pipe, a device), cannot be
/// opened, has more bytes than a table of a trial ever has, or a zero byte, which no text has; the first of
/// these ends the reading.
[[nodiscard]] std::optional<std::string> read_text(const std::filesystem::path& file, Problems& problems);

}  // namespace equipoise
