#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "engine/calibration/calibrate.hpp"
#include "engine/store/descriptor.hpp"

namespace equipoise {

/// The folder that a calibration's files go to: parameters.toml, posterior.toml, calibration.json and
/// calibration.h5. They come together: at every moment there are the files of one calibration alone, and no
/// parameters.toml without all of them. Whatever else is in the folder stays.
class CalibrationFolder {
 public:
  /// Before the work. Makes the folder and takes it away again: one that cannot be made or written to is
  /// better known then, and whatever ends the work leaves nothing behind. Throws InvalidInput where that is
  /// so, where it is the condition's own, where another calibration is writing to it, or where it has files
  /// of these names that no calibration wrote, or that somebody edited, unless they are to be replaced
  /// (`force`).
  CalibrationFolder(std::filesystem::path folder, const std::filesystem::path& condition, bool force);

  /// `parameters`: the text of the condition's parameters.toml. Throws FileError where the disk refuses, and
  /// where the folder's files are no longer those that were there before the work.
  void write(const std::string& parameters, const Calibration& calibration);

  /// Where what a killed calibration left is now, if there was any.
  [[nodiscard]] const std::optional<std::filesystem::path>& put_aside() const { return put_aside_; }

 private:
  static constexpr std::array<const char*, 4> names{"parameters.toml", "posterior.toml", "calibration.json",
                                                    "calibration.h5"};
  using Status = std::optional<struct stat>;

  void lock();
  [[nodiscard]] std::array<Status, names.size()> look() const;
  void make_room(const std::filesystem::path& partial);
  void write_all(const std::filesystem::path& partial, const std::string& parameters,
                 const Calibration& calibration) const;
  void exchange(const std::filesystem::path& partial);

  std::filesystem::path folder_;
  std::array<Status, names.size()> before_;
  std::optional<std::filesystem::path> put_aside_;
  Descriptor locked_;
};

}  // namespace equipoise
