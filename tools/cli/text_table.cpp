#include "tools/cli/text_table.hpp"

#include <algorithm>

namespace equipoise {
namespace {

// A last column narrower than this would be broken at every other word.
constexpr std::size_t narrowest_last_column = 40;

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (!lines.back().empty() && display_width(lines.back()) + 1 + display_width(word) > width)
      lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

void end_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

}  // namespace

std::size_t display_width(std::string_view text) {
  // Bytes that continue a character in UTF-8 take no column.
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string TextTable::text(std::size_t width) const {
  const std::size_t columns = rows_.front().size();
  std::vector<std::size_t> widths(columns, 0);
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], display_width(row[c]));
  }
  std::size_t before_last = 0;
  for (std::size_t c = 0; c + 1 < columns; ++c) before_last += widths[c] + 2;
  const std::size_t room = width > before_last ? width - before_last : 0;
  std::string out;
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c + 1 < row.size(); ++c) {
      out += row[c] + std::string(widths[c] - display_width(row[c]) + 2, ' ');
    }
    const auto lines = wrapped(row.back(), std::max(room, narrowest_last_column));
    for (std::size_t l = 0; l < lines.size(); ++l) {
      if (l > 0) out += std::string(before_last, ' ');
      out += lines[l];
      end_line(out);
    }
  }
  return out;
}

}  // namespace equipoise
