#include "tools/cli/calibration_mark.hpp"

#include <fmt/format.h>

#include "tools/cli/checksum.hpp"

namespace equipoise {
namespace {

constexpr std::string_view beginning =
    "# Written by `equipoise calibrate`, which replaces it unless it was edited: ";

/// Where the text without the comment begins.
std::size_t start_of_text(std::string_view text) {
  if (!text.starts_with(beginning)) return 0;
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? text.size() : end + 1;
}

}  // namespace

std::string with_calibration_mark(std::string_view text) {
  const std::string_view plain = text.substr(start_of_text(text));
  return fmt::format("{}{}\n{}", beginning, checksum(plain), plain);
}

bool has_calibration_mark(std::string_view text) {
  return text.starts_with(beginning) && with_calibration_mark(text) == text;
}

}  // namespace equipoise
