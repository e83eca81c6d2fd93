#include "tools/cli/write_file.hpp"

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <sys/xattr.h>

#include "engine/base/problem.hpp"
#include "engine/store/file_error.hpp"
#include "engine/store/new_file.hpp"
#include "tools/cli/checksum.hpp"

namespace equipoise {
namespace {

constexpr const char* mark = "user.equipoise.checksum";

/// Beside the file: one that cannot be made is the user's to mend.
std::unique_ptr<NewFile> make_beside(const std::filesystem::path& file) {
  try {
    return std::make_unique<NewFile>(folder_of(file));
  } catch (const FileError& error) {
    throw InvalidInput(Problem{{},
                               fmt::format("cannot write '{}'", file.string()),
                               error.reason(),
                               "name a file in a folder that exists and that you may write to"});
  }
}

}  // namespace

void write_file(const std::filesystem::path& file, const std::string& text) {
  const std::unique_ptr<NewFile> made = make_beside(file);
  try {
    made->write(text);
    const std::string sum = checksum(text);
    (void)::fsetxattr(made->descriptor(), mark, sum.data(), sum.size(), 0);  // or it stays unmarked
    made->sync();
    made->take_name(file);
  } catch (const FileError& error) {
    throw FileError(fmt::format("write '{}'", file.string()), error.what());
  }
  sync_folder(folder_of(file));
}

bool is_as_written(const std::filesystem::path& file) {
  std::array<char, 64> kept{};
  const ssize_t length = ::getxattr(file.c_str(), mark, kept.data(), kept.size());
  if (length <= 0) return false;
  return std::string_view(kept.data(), static_cast<std::size_t>(length)) == checksum(text_of_file(file));
}

std::string text_of_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace equipoise
