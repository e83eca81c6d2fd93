#pragma once

#include <filesystem>
#include <vector>

namespace equipoise {

/// A folder, and the folders above it, made where they were not there. Those that were made are taken away
/// again, where nothing is in them, unless they are to be kept.
class NewFolders {
 public:
  /// Throws InvalidInput where the folder cannot be made.
  explicit NewFolders(const std::filesystem::path& folder);
  ~NewFolders();
  NewFolders(const NewFolders&) = delete;
  NewFolders& operator=(const NewFolders&) = delete;

  void keep() { made_.clear(); }

 private:
  std::vector<std::filesystem::path> made_;  // the innermost last
};

}  // namespace equipoise
