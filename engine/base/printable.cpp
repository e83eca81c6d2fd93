#include "engine/base/printable.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace equipoise {
namespace {

struct Control {
  std::uint32_t code = 0;
  std::size_t bytes = 0;  // 0: there is none here
};

bool is_between(unsigned char byte, unsigned char low, unsigned char high) {
  return byte >= low && byte <= high;
}

/// The control character at the front of a text that is not empty.
Control control_at(std::string_view text) {
  const auto byte = [&](std::size_t k) {
    return k < text.size() ? static_cast<unsigned char>(text[k]) : static_cast<unsigned char>(0);
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return {byte(0), 1};
  // U+0080 to U+009F, which a terminal takes for ESC and a letter.
  if (byte(0) == 0xC2 && is_between(byte(1), 0x80, 0x9F)) return {byte(1), 2};
  const bool separator_or_direction =
      byte(0) == 0xE2 && byte(1) == 0x80 && is_between(byte(2), 0xA8, 0xAE);  // U+2028 to U+202E
  const bool isolate = byte(0) == 0xE2 && byte(1) == 0x81 && is_between(byte(2), 0xA6, 0xA9);
  if (!separator_or_direction && !isolate) return {};
  return {0x2000U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU), 3};
}

}  // namespace

std::string control_character(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(1)) {
    const Control control = control_at(text);
    if (control.bytes > 0) return fmt::format("U+{:04X}", control.code);
  }
  return {};
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const Control control = control_at(text);
    if (control.bytes > 0) {
      shown += fmt::format("\\u{:04X}", control.code);
    } else {
      shown += text.front();
    }
    text.remove_prefix(control.bytes > 0 ? control.bytes : 1);
  }
  return shown;
}

}  // namespace equipoise
