#include "engine/store/new_file.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "engine/store/file_error.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

// Names drawn until one is free: with 64 random bits the first is.
constexpr int most_attempts = 16;
constexpr mode_t readable_and_writable = 0666;  // less what umask takes away

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

/// Short whatever the file will be called, so that a name as long as names may be can be given.
fs::path drawn_name(const fs::path& folder) {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) {
    throw FileError("draw a name for a new file", reason_of(errno));
  }
  return folder / fmt::format(".equipoise-{:016x}", number);
}

/// Without renameat2's flag, which not every file system has: a second name for the file, and away with the
/// first.
bool link_to_free_name(const fs::path& from, const fs::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) {
    ::unlink(from.c_str());
    return true;
  }
  if (errno == EEXIST) return false;
  // A file system without links: between the look and the renaming somebody else could take the name.
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(to, ignored))) return false;
  rename_over(from, to);
  return true;
}

}  // namespace

NewFile::NewFile(const fs::path& folder) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    fs::path name = drawn_name(folder);
    descriptor_ = Descriptor(
        ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, readable_and_writable));
    if (descriptor_.open()) {
      name_ = std::move(name);
      return;
    }
    if (errno != EEXIST) break;
  }
  throw FileError(fmt::format("make a file in '{}'", folder.string()), reason_of(errno));
}

NewFile::~NewFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
}

fs::path NewFile::own_path() const {
  return fmt::format("/proc/self/fd/{}", descriptor_.get());
}

void NewFile::write(std::string_view text) {
  const std::size_t whole = text.size();
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw FileError(fmt::format("write more than {} of {} bytes", whole - text.size(), whole),
                      reason_of(errno));
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void NewFile::sync() {
  sync_file(descriptor_.get(), "write the file to the disk");
}

bool NewFile::take_free_name(const fs::path& name) {
  if (!rename_to_free_name(name_, name)) return false;
  name_.clear();
  return true;
}

void NewFile::take_name(const fs::path& name) {
  rename_over(name_, name);
  name_.clear();
}

fs::path folder_of(const fs::path& file) {
  const fs::path folder = file.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

void sync_file(int descriptor, std::string_view doing) {
  if (::fsync(descriptor) == 0) return;
  if (errno == EINVAL || errno == ENOSYS) return;  // the file system cannot be asked
  throw FileError(doing, reason_of(errno));
}

void sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.open()) (void)::fsync(opened.get());
}

bool rename_to_free_name(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno == EINVAL || errno == ENOSYS) return link_to_free_name(from, to);
  throw FileError(fmt::format("give a file the name '{}'", to.string()), reason_of(errno));
}

void rename_over(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return;
  throw FileError(fmt::format("give a file the name '{}'", to.string()), reason_of(errno));
}

}  // namespace equipoise
