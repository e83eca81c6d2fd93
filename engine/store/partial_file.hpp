#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include <sys/stat.h>

#include "engine/store/descriptor.hpp"
#include "engine/store/new_file.hpp"

namespace equipoise {

/// The name "<file>.partial", under which a file stands until it is finished. One process has it at a time: a
/// lock of the system's, which ends with the process however that ends, tells a run that goes on from one
/// that is dead. Where the file system has no locks, what has the name is taken for the file of a run that
/// goes on.
class PartialFile {
 public:
  /// Remembers what has the name `file` now. Throws InvalidInput where it is none for a file.
  explicit PartialFile(std::filesystem::path file);

  /// Gives `made`, which `descriptor` too has open, the name ".partial": in the place of the one that this
  /// gave it to before, or else of none. What a dead run left there is put aside. Throws InvalidInput where
  /// another process has the name, or something that is no results file; FileError.
  void take(NewFile& made, int descriptor);

  /// Whether something has the final name.
  [[nodiscard]] bool is_file_there() const;
  /// Waits until the disk has it and gives it the final name, over the file that had it at the beginning.
  /// Throws FileError where meanwhile another has taken it.
  void take_final_name();
  /// Waits until the disk has what stands under the name ".partial". Throws FileError.
  void sync() const;
  /// Takes it from the disk.
  void remove() noexcept;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Where what a dead run left is now, if there was any.
  [[nodiscard]] const std::optional<std::filesystem::path>& put_aside() const { return put_aside_; }

 private:
  void make_room();
  [[nodiscard]] bool is_ours() const;

  std::filesystem::path file_;
  std::filesystem::path path_;
  std::optional<struct stat> replaced_;  // what has the final name at the beginning
  std::optional<std::filesystem::path> put_aside_;
  Descriptor locked_;
};

}  // namespace equipoise
