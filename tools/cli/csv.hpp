#pragma once

#include <string>

namespace equipoise {

/// A text as a field of a CSV file: in quotes where it needs them (RFC 4180).
[[nodiscard]] std::string csv_text(const std::string& text);

/// A number as a field: the shortest digits that read back as the same number; NA where there is none.
[[nodiscard]] std::string csv_number(double number);

}  // namespace equipoise
