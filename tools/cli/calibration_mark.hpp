#pragma once

#include <string>
#include <string_view>

namespace equipoise {

/// A TOML text under a comment that says who wrote it, with its checksum. A comment that it has already is
/// taken off before.
[[nodiscard]] std::string with_calibration_mark(std::string_view text);

/// Whether a text is as with_calibration_mark() made it: nobody edited it.
[[nodiscard]] bool has_calibration_mark(std::string_view text);

}  // namespace equipoise
