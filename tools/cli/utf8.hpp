#pragma once

#include <cstddef>
#include <string_view>

namespace equipoise {

/// Bytes of the character that the text begins with; 0 where it begins with none (RFC 3629: neither overlong
/// forms nor surrogates). Expects a text that is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

}  // namespace equipoise
