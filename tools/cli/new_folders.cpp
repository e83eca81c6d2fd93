#include "tools/cli/new_folders.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "engine/base/problem.hpp"

namespace equipoise {
namespace fs = std::filesystem;

NewFolders::NewFolders(const fs::path& folder) {
  std::error_code failed;
  const fs::path whole = fs::absolute(folder, failed).lexically_normal();
  for (fs::path above = whole; !above.empty() && !fs::exists(above, failed); above = above.parent_path()) {
    if (above.has_filename()) made_.push_back(above);  // else it ends with a slash
  }
  std::ranges::reverse(made_);
  fs::create_directories(whole, failed);
  if (!failed && fs::is_directory(whole)) return;
  for (const fs::path& made : made_ | std::views::reverse) {
    std::error_code ignored;
    fs::remove(made, ignored);
  }
  throw InvalidInput(Problem{{"--output", 0, 0},
                             fmt::format("cannot make the folder '{}'", folder.string()),
                             failed ? failed.message() : "something else has its name",
                             "name a folder that can be written"});
}

NewFolders::~NewFolders() {
  for (const fs::path& made : made_ | std::views::reverse) {
    std::error_code ignored;
    fs::remove(made, ignored);
  }
}

}  // namespace equipoise
