#include "engine/store/partial_file.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "engine/base/problem.hpp"
#include "engine/store/file_error.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

// Between a look at the name and taking it others may come and go, but not for ever.
constexpr int most_attempts = 100;

[[noreturn]] void refuse(const fs::path& file, const std::string& why, const std::string& suggestion) {
  throw InvalidInput(Problem{{}, fmt::format("cannot write '{}'", file.string()), why, suggestion});
}

enum class Lock { taken, held_by_another, unknown };

/// Of the open file, not of the process: it lasts until the last descriptor of the open file is closed. Not
/// flock(), with which HDF5 locks the same open file, and which it gives back when it closes it.
Lock lock(int descriptor) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return Lock::taken;
  return errno == EAGAIN || errno == EACCES ? Lock::held_by_another : Lock::unknown;
}

std::optional<struct stat> status_of(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

struct stat status_of(int descriptor) {
  struct stat status {};
  (void)::fstat(descriptor, &status);
  return status;
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// And nobody has written to it.
bool unchanged(const struct stat& a, const struct stat& b) {
  return same_file(a, b) && a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

/// Only what is open for writing can be locked.
Descriptor open_to_lock(const fs::path& path) {
  constexpr int how = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor opened(::open(path.c_str(), O_RDWR | how));
  if (!opened.open() && (errno == EACCES || errno == EROFS || errno == EISDIR)) {
    opened = Descriptor(::open(path.c_str(), O_RDONLY | how));
  }
  return opened;
}

/// HDF5's signature, or the zeros in its place that a run which died in its first moments leaves.
bool may_be_a_results_file(int descriptor) {
  constexpr std::string_view signature = "\211HDF\r\n\032\n";
  constexpr std::string_view not_yet("\0\0\0\0\0\0\0\0", signature.size());
  std::array<char, signature.size()> start{};
  const bool whole = ::pread(descriptor, start.data(), start.size(), 0) == ssize_t{start.size()};
  const std::string_view found(start.data(), start.size());
  return whole && (found == signature || found == not_yet);
}

/// The first of "<path>.1", "<path>.2", ... that nothing is called.
fs::path move_aside(const fs::path& path) {
  for (int number = 1;; ++number) {
    fs::path aside = fmt::format("{}.{}", path.string(), number);
    if (rename_to_free_name(path, aside)) return aside;
  }
}

}  // namespace

PartialFile::PartialFile(fs::path file) : file_(std::move(file)), path_(file_.string() + ".partial") {
  std::error_code ignored;
  const std::string suggestion = "name a file in a folder that exists and that you may write to";
  if (file_.filename().empty()) refuse(file_, "that names no file", suggestion);
  if (fs::is_directory(file_, ignored)) refuse(file_, "that is a folder", suggestion);
  replaced_ = status_of(file_);
}

void PartialFile::take(NewFile& made, int descriptor) {
  Descriptor locked(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  // Nobody else knows the file yet; where it cannot be locked, that it has the name must do.
  (void)lock(locked.get());
  if (locked_.open()) {
    if (!is_ours()) throw FileError(fmt::format("write '{}'", path_.string()), "somebody has moved it");
    made.take_name(path_);
  } else {
    for (int attempt = 0; !made.take_free_name(path_); ++attempt) {
      if (attempt == most_attempts)
        throw FileError(fmt::format("make '{}'", path_.string()), "it comes and goes");
      make_room();
    }
  }
  locked_ = std::move(locked);
}

/// Looks at what has the name: refuses it, or takes the name from it.
void PartialFile::make_room() {
  const Descriptor there = open_to_lock(path_);
  const int error = errno;
  if (!there.open() && error == ENOENT) return;  // gone again
  const auto named = status_of(path_);
  if (!there.open() || !named || !S_ISREG(status_of(there.get()).st_mode)) {
    refuse(file_,
           fmt::format("what is called '{}' is {}, and results stand under that name until they are finished",
                       path_.string(), error == EACCES ? "not yours to open" : "no file of a run"),
           "name another file, or move that away");
  }
  const Lock answer = lock(there.get());
  if (answer != Lock::taken) {
    refuse(file_,
           answer == Lock::held_by_another
               ? fmt::format("another run is writing it, in '{}'", path_.string())
               : fmt::format("'{}' is there, and nobody can tell whether a run is still writing it",
                             path_.string()),
           answer == Lock::held_by_another
               ? "wait until it has ended, or name another file"
               : "name another file, or move that away where no run is writing it");
  }
  if (!same_file(*named, status_of(there.get()))) return;  // it was another run's, which has ended just now
  if (status_of(there.get()).st_size == 0) {
    ::unlink(path_.c_str());
    return;
  }
  if (!may_be_a_results_file(there.get())) {
    refuse(file_, fmt::format("'{}' is there and no results file", path_.string()),
           "name another file, or move that away");
  }
  put_aside_ = move_aside(path_);
}

bool PartialFile::is_ours() const {
  const auto named = status_of(path_);
  return locked_.open() && named && same_file(*named, status_of(locked_.get()));
}

bool PartialFile::is_file_there() const {
  return status_of(file_).has_value();
}

void PartialFile::take_final_name() {
  // On some file systems HDF5's lock and ours are one, which it has given back.
  (void)lock(locked_.get());
  const std::string doing = fmt::format("give the results their name '{}'", file_.string());
  if (!is_ours()) throw FileError(doing, fmt::format("'{}' is no longer there", path_.string()));
  sync();
  const auto now = status_of(file_);
  if (now && replaced_ && !unchanged(*now, *replaced_)) {
    throw FileError(
        doing, fmt::format("that file was changed meanwhile and stays; they are in '{}'", path_.string()));
  }
  if (replaced_ && now) {
    rename_over(path_, file_);
  } else if (!rename_to_free_name(path_, file_)) {
    throw FileError(doing,
                    fmt::format("another file has taken it meanwhile; they are in '{}'", path_.string()));
  }
  sync_folder(folder_of(file_));
}

void PartialFile::sync() const {
  sync_file(locked_.get(), fmt::format("write '{}' to the disk", path_.string()));
  sync_folder(folder_of(path_));
}

void PartialFile::remove() noexcept {
  if (is_ours()) ::unlink(path_.c_str());
  locked_ = Descriptor();
}

}  // namespace equipoise
