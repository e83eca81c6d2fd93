#include "tools/cli/read_text.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <vector>

#include <fmt/format.h>

namespace equipoise {
namespace {

// A long table of a million visits has some fifty megabytes; what is beyond this is no table of a trial. A
// cell of two bytes takes eighteen once it is read.
constexpr std::size_t most_bytes = std::size_t{256} << 20U;
constexpr std::size_t chunk = std::size_t{1} << 16U;

constexpr const char* wanted = "name a file of comma-separated values";

/// Whether there is a regular file; if not, what is there instead is told.
bool is_file(const std::filesystem::path& file, Problems& problems) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(file, failed);
  const Place place{file.string()};
  switch (status.type()) {
    case std::filesystem::file_type::regular:
      return true;
    case std::filesystem::file_type::directory:
      problems.add(place, "it is a folder", {}, wanted);
      return false;
    case std::filesystem::file_type::fifo:
      problems.add(place, "it is a pipe", "it would be waited for", "write it to a file first");
      return false;
    case std::filesystem::file_type::not_found:
      problems.add(place, "there is no such file", {}, wanted);
      return false;
    case std::filesystem::file_type::none:
    case std::filesystem::file_type::unknown:
      problems.add(place, "it cannot be looked at", failed.message(), wanted);
      return false;
    default:
      problems.add(place, "it is a device", "it may have no end", wanted);
      return false;
  }
}

bool too_large(std::size_t bytes, const std::filesystem::path& file, Problems& problems) {
  if (bytes <= most_bytes) return false;
  problems.add({file.string()}, fmt::format("the file has more than {} megabytes", most_bytes >> 20U),
               "a table of a trial has a few", "keep the rows and columns that are analysed");
  return true;
}

}  // namespace

std::optional<std::string> read_text(const std::filesystem::path& file, Problems& problems) {
  if (!is_file(file, problems)) return std::nullopt;
  std::error_code ignored;
  const std::uintmax_t size = std::filesystem::file_size(file, ignored);
  if (!ignored && too_large(size, file, problems)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    problems.add({file.string()}, "the file cannot be opened", {}, "see whether you may read it");
    return std::nullopt;
  }
  std::string text;
  std::vector<char> read(chunk);
  while (in) {
    in.read(read.data(), static_cast<std::streamsize>(read.size()));
    const auto end = read.begin() + in.gcount();
    const auto zero = std::find(read.begin(), end, '\0');
    if (zero != end) {
      const auto lines = std::ranges::count(text, '\n') + std::count(read.begin(), zero, '\n');
      problems.add({file.string(), static_cast<int>(lines) + 1, 1}, "the line has a zero byte",
                   "no text has one", "save the table as UTF-8 text");
      return std::nullopt;
    }
    text.append(read.begin(), end);
    // A file may grow while it is read, and some have no size.
    if (too_large(text.size(), file, problems)) return std::nullopt;
  }
  return text;
}

}  // namespace equipoise
