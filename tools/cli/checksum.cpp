#include "tools/cli/checksum.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace equipoise {

std::string checksum(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211U;
  return fmt::format("{:016x}", hash);
}

}  // namespace equipoise
