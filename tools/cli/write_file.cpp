#include "tools/cli/write_file.hpp"

#include <fstream>

#include <fmt/format.h>

#include "engine/base/problem.hpp"

namespace equipoise {

void write_file(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path partial = file.string() + ".partial";
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code failed;
  if (out) std::filesystem::rename(partial, file, failed);
  if (out && !failed) return;
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  throw InvalidInput(Problem{{file.string()},
                             fmt::format("cannot write '{}'", file.string()),
                             "the folder is not there, or it may not be written to, or the disk is full",
                             "name a file in a folder of yours"});
}

}  // namespace equipoise
