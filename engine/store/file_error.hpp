#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace equipoise {

/// What the disk refused: "cannot <doing>: <reason>".
class FileError : public std::runtime_error {
 public:
  FileError(std::string_view doing, std::string reason)
      : std::runtime_error(reason.empty() ? fmt::format("cannot {}", doing)
                                          : fmt::format("cannot {}: {}", doing, reason)),
        reason_(std::move(reason)) {}
  /// The system's own words; empty where it gave none.
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

}  // namespace equipoise
