#include "tools/cli/whole_number.hpp"

#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace equipoise {

std::string wrong_whole_number(const std::string& text, std::int64_t least) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool digits = end == text.data() + text.size() && error != std::errc::invalid_argument;
  if (!digits) return fmt::format("'{}' is no whole number", text);
  if (error == std::errc{} && number >= least) return {};
  return fmt::format("{} is out of range (it must be {} to {})", text, least,
                     std::numeric_limits<std::int64_t>::max());
}

}  // namespace equipoise
