#include "tools/cli/csv.hpp"

#include <cmath>

#include <fmt/format.h>

namespace equipoise {

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_number(double number) {
  return std::isnan(number) ? "NA" : fmt::format("{}", number);
}

}  // namespace equipoise
