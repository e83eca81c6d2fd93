#include "tools/cli/utf8.hpp"

#include <array>

namespace equipoise {
namespace {

/// Characters that begin with one of some bytes: how long they are, and what the second byte may be.
struct Form {
  unsigned char first_low, first_high;
  std::size_t length;
  unsigned char second_low, second_high;
};

// The table of RFC 3629, section 4.
constexpr std::array<Form, 9> forms{{{0x00, 0x7F, 1, 0, 0},
                                     {0xC2, 0xDF, 2, 0x80, 0xBF},
                                     {0xE0, 0xE0, 3, 0xA0, 0xBF},
                                     {0xE1, 0xEC, 3, 0x80, 0xBF},
                                     {0xED, 0xED, 3, 0x80, 0x9F},
                                     {0xEE, 0xEF, 3, 0x80, 0xBF},
                                     {0xF0, 0xF0, 4, 0x90, 0xBF},
                                     {0xF1, 0xF3, 4, 0x80, 0xBF},
                                     {0xF4, 0xF4, 4, 0x80, 0x8F}}};

bool continues(std::string_view text, const Form& form) {
  if (text.size() < form.length) return false;
  for (std::size_t k = 1; k < form.length; ++k) {
    const auto byte = static_cast<unsigned char>(text[k]);
    const unsigned char low = k == 1 ? form.second_low : 0x80;
    const unsigned char high = k == 1 ? form.second_high : 0xBF;
    if (byte < low || byte > high) return false;
  }
  return true;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  for (const Form& form : forms) {
    if (first >= form.first_low && first <= form.first_high) return continues(text, form) ? form.length : 0;
  }
  return 0;
}

}  // namespace equipoise
