#include "tools/cli/text_table.hpp"

#include <algorithm>

namespace equipoise {
namespace {

// A last column narrower than this would be broken at every other word.
constexpr std::size_t narrowest_last_column = 40;
// Where a table is wider than its page no other column takes more of it than this.
constexpr std::size_t widest_other_column = 24;
constexpr std::size_t gap = 2;

using Lines = std::vector<std::string>;

Lines wrapped(std::string_view text, std::size_t width) {
  Lines lines(1);
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

/// Of the columns before the last, none broken at less than `most`; a single word is never broken.
std::vector<std::size_t> widths_before_last(const std::vector<std::vector<std::string>>& rows,
                                            std::size_t most) {
  std::vector<std::size_t> widths(rows.front().size() - 1, 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < widths.size(); ++c) {
      for (const std::string& line : wrapped(row[c], most))
        widths[c] = std::max(widths[c], display_width(line));
    }
  }
  return widths;
}

/// Gaps included.
std::size_t taken_by(const std::vector<std::size_t>& widths) {
  std::size_t taken = 0;
  for (const std::size_t width : widths) taken += width + gap;
  return taken;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  // Bytes that continue a character in UTF-8 take no column.
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string TextTable::text(std::size_t width) const {
  std::vector<std::size_t> widths = widths_before_last(rows_, width);
  if (taken_by(widths) + narrowest_last_column > width) {
    widths = widths_before_last(rows_, widest_other_column);
  }
  const std::size_t taken = taken_by(widths);
  const std::size_t room = width > taken ? width - taken : 0;
  std::string out;
  for (const auto& row : rows_) {
    std::vector<Lines> cells;
    std::size_t height = 1;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool last = c == widths.size();
      cells.push_back(wrapped(row[c], last ? std::max(room, narrowest_last_column) : widths[c]));
      height = std::max(height, cells.back().size());
    }
    for (std::size_t l = 0; l < height; ++l) {
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::string line = l < cells[c].size() ? cells[c][l] : std::string();
        out += line;
        if (c < widths.size()) out += std::string(widths[c] - display_width(line) + gap, ' ');
      }
      end_line(out);
    }
  }
  return out;
}

}  // namespace equipoise
