#include "tools/cli/calibration_folder.hpp"

#include <cerrno>
#include <ranges>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "engine/base/problem.hpp"
#include "engine/calibration/calibrated_files.hpp"
#include "engine/store/calibration_file.hpp"
#include "engine/store/file_error.hpp"
#include "engine/store/file_format.hpp"
#include "engine/store/new_file.hpp"
#include "tools/cli/calibration_mark.hpp"
#include "tools/cli/calibration_report.hpp"
#include "tools/cli/json.hpp"
#include "tools/cli/new_folders.hpp"
#include "tools/cli/write_file.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(std::string what, std::string why, std::string suggestion) {
  throw InvalidInput(Problem{{"--output", 0, 0}, std::move(what), std::move(why), std::move(suggestion)});
}

/// Where the files are written until all of them are there, and where those that they replace wait.
fs::path unfinished(const fs::path& folder) {
  return folder / "calibration.partial";
}

fs::path replaced(const fs::path& partial) {
  return partial / "replaced";
}

/// Whether a calibration wrote the file, as far as a file of its name tells, and nobody edited it since.
bool is_our_own(const fs::path& file) {
  if (file.extension() == ".h5") return format_of(file) == calibration_format;
  const std::string text = text_of_file(file);
  if (file.extension() != ".json") return has_calibration_mark(text);
  const Json json = Json::parse(text, nullptr, false);
  return json.is_object() && json.contains("format") && json["format"] == calibration_format;
}

/// "a", "a and b", "a, b and c"
std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  }
  return text;
}

bool unchanged(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

void make_folder(const fs::path& folder) {
  std::error_code failed;
  if (fs::create_directory(folder, failed)) return;
  throw FileError(fmt::format("make the folder '{}'", folder.string()),
                  failed ? failed.message() : "something has its name");
}

}  // namespace

CalibrationFolder::CalibrationFolder(fs::path folder, const fs::path& condition, bool force)
    : folder_(std::move(folder)) {
  std::error_code failed;
  if (fs::equivalent(folder_, condition, failed)) {
    refuse(fmt::format("'{}' is the folder of the condition", folder_.string()),
           "its parameters would be written over",
           "name another folder, look at what comes out, and copy it then");
  }
  const NewFolders made(folder_);
  try {
    const NewFile tried(folder_);
  } catch (const FileError& error) {
    refuse(fmt::format("cannot write to the folder '{}'", folder_.string()), error.reason(),
           "name a folder that can be written");
  }
  before_ = look();
  std::vector<std::string> foreign;
  for (const char* const name : names) {
    const fs::file_status status = fs::symlink_status(folder_ / name, failed);
    if (!fs::exists(status)) continue;
    if (fs::is_directory(status)) {
      refuse(fmt::format("'{}' is a folder", (folder_ / name).string()), "a file is to have its name",
             "name another folder");
    }
    if (!force && !(fs::is_regular_file(status) && is_our_own(folder_ / name))) foreign.emplace_back(name);
  }
  if (!foreign.empty()) {
    refuse(fmt::format("'{}' has its own {}", folder_.string(), listed(foreign)),
           "no calibration wrote that, or somebody edited it since",
           "name another folder, or replace what is there with --force");
  }
  try {
    lock();
  } catch (const FileError& error) {
    refuse(error.what(), {}, "wait until it has ended, or name another folder");
  }
}

/// Of a folder that is there; a new one is taken away again, and locked once it is needed.
void CalibrationFolder::lock() {
  Descriptor opened(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat now {};
  struct stat before {};
  if (::fstat(opened.get(), &now) != 0) return;
  if (locked_.open() && ::fstat(locked_.get(), &before) == 0 && before.st_ino == now.st_ino &&
      before.st_dev == now.st_dev) {
    return;
  }
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw FileError(fmt::format("write to the folder '{}'", folder_.string()),
                    "another calibration is writing to it");
  }
  locked_ = std::move(opened);
}

std::array<CalibrationFolder::Status, CalibrationFolder::names.size()> CalibrationFolder::look() const {
  std::array<Status, names.size()> found;
  for (std::size_t i = 0; i < names.size(); ++i) {
    struct stat status {};
    if (::lstat((folder_ / names[i]).c_str(), &status) == 0) found[i] = status;
  }
  return found;
}

/// What a killed calibration left is not ours to throw away.
void CalibrationFolder::make_room(const fs::path& partial) {
  std::error_code failed;
  if (!fs::exists(fs::symlink_status(partial, failed))) return;
  if (fs::remove(partial, failed)) return;  // it was empty
  for (int number = 1;; ++number) {
    const fs::path aside = fmt::format("{}.{}", partial.string(), number);
    if (!rename_to_free_name(partial, aside)) continue;
    put_aside_ = aside;
    return;
  }
}

void CalibrationFolder::write_all(const fs::path& partial, const std::string& parameters,
                                  const Calibration& calibration) const {
  write_file(partial / names[0], with_calibration_mark(calibrated_parameters(parameters, calibration)));
  write_file(partial / names[1], with_calibration_mark(posterior_text(calibration)));
  write_file(partial / names[2], calibration_json(calibration));
  write_calibration(partial / names[3], calibration_tables(calibration));
}

/// Takes the former files away, parameters.toml first, and then puts the new ones there, parameters.toml
/// last: whoever reads the folder in between, or after the program was killed in between, finds no mixture.
void CalibrationFolder::exchange(const fs::path& partial) {
  std::vector<const char*> there;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (before_[i]) there.push_back(names[i]);
  }
  if (!there.empty()) make_folder(replaced(partial));
  for (const char* const name : there) rename_over(folder_ / name, replaced(partial) / name);
  sync_folder(folder_);
  for (const char* const name : names | std::views::reverse) rename_over(partial / name, folder_ / name);
  sync_folder(folder_);
}

void CalibrationFolder::write(const std::string& parameters, const Calibration& calibration) {
  NewFolders made(folder_);
  const fs::path partial = unfinished(folder_);
  std::error_code ignored;
  lock();
  make_room(partial);
  make_folder(partial);
  try {
    write_all(partial, parameters, calibration);
  } catch (...) {
    fs::remove_all(partial, ignored);
    throw;
  }
  made.keep();
  const auto now = look();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (now[i].has_value() == before_[i].has_value() && (!now[i] || unchanged(*now[i], *before_[i])))
      continue;
    throw FileError(fmt::format("replace '{}'", (folder_ / names[i]).string()),
                    fmt::format("it was changed meanwhile; the calibration is in '{}'", partial.string()));
  }
  try {
    exchange(partial);
  } catch (const FileError& error) {
    throw FileError(fmt::format("replace the files in '{}'", folder_.string()),
                    fmt::format("{}; those that are not there are in '{}'", error.what(), partial.string()));
  }
  fs::remove_all(partial, ignored);
}

}  // namespace equipoise
