#pragma once

#include <filesystem>
#include <string>

namespace equipoise {

/// Writes a whole text under the final name only once all of it is on disk, and marks it as ours where the
/// file system keeps such marks (an extended attribute with the text's checksum). Throws InvalidInput where
/// nobody can write there, FileError where the disk refuses.
void write_file(const std::filesystem::path& file, const std::string& text);

/// Whether a file is as write_file() left it. Not where nobody can tell.
[[nodiscard]] bool is_as_written(const std::filesystem::path& file);

/// All that a file holds; empty where it cannot be read.
[[nodiscard]] std::string text_of_file(const std::filesystem::path& file);

}  // namespace equipoise
