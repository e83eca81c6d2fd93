#pragma once

#include <string>
#include <string_view>

namespace equipoise {

/// 16 hexadecimal digits that another text is not likely to have (FNV-1a with 64 bits: Fowler, Noll and Vo).
/// Against mistakes, not against malice.
[[nodiscard]] std::string checksum(std::string_view text);

}  // namespace equipoise
