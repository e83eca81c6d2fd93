#pragma once

#include <filesystem>
#include <string>

namespace equipoise {

/// Writes a whole text under the final name only once all of it is on disk. Throws InvalidInput where nobody
/// can write there.
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace equipoise
