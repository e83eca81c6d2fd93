#pragma once

#include <filesystem>
#include <string_view>

#include "engine/store/descriptor.hpp"

namespace equipoise {

/// A file of our own under a name that nobody can foresee, in the folder where it is to have another. It is
/// made anew, never one that was there, and no link is followed to it; its permissions are those that the
/// process gives (umask). What has taken no name is removed. Every failure is a FileError.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& folder);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_.get(); }
  /// A path that leads to this file and to no other, whatever happens to its name; while this lives.
  [[nodiscard]] std::filesystem::path own_path() const;

  void write(std::string_view text);
  /// Waits until the disk has it.
  void sync();

  /// Gives it a name that nothing has; false where something has it.
  [[nodiscard]] bool take_free_name(const std::filesystem::path& name);
  /// Gives it a name, over what has it.
  void take_name(const std::filesystem::path& name);

 private:
  std::filesystem::path name_;  // empty once it has taken another
  Descriptor descriptor_;
};

/// The folder that a file's name is in: "." where it names none.
[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& file);

/// Waits until the disk has what an open file holds. `doing`: what fails where it cannot.
void sync_file(int descriptor, std::string_view doing);

/// Waits until the disk has the names in a folder, where the file system can be asked.
void sync_folder(const std::filesystem::path& folder);

/// Renames a file to what nothing is called; false where something is. Throws FileError.
[[nodiscard]] bool rename_to_free_name(const std::filesystem::path& from, const std::filesystem::path& to);

/// Renames a file over what has the name. Throws FileError.
void rename_over(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace equipoise
