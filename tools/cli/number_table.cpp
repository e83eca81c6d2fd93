#include "tools/cli/number_table.hpp"

#include <algorithm>

#include "tools/cli/text_table.hpp"

namespace equipoise {
namespace {

constexpr std::size_t between_columns = 2;

}  // namespace

NumberTable::NumberTable(std::vector<std::string> header) {
  rows_.push_back({std::move(header), {}});
}

void NumberTable::add(std::vector<std::string> row) {
  // What is no number is shown as what is not there.
  for (std::string& cell : row) {
    if (cell == "nan" || cell == "-nan") cell = "-";
  }
  row.resize(rows_.front().cells.size());
  rows_.push_back({std::move(row), {}});
}

void NumberTable::add_remark(std::string line) {
  rows_.back().remarks += std::move(line) + '\n';
}

std::string NumberTable::text() const {
  std::vector<std::size_t> widths(rows_.front().cells.size(), 0);
  for (const Row& row : rows_) {
    for (std::size_t c = 0; c < widths.size(); ++c)
      widths[c] = std::max(widths[c], display_width(row.cells[c]));
  }
  std::size_t whole = 0;
  for (const std::size_t width : widths) whole += width + between_columns;
  std::string text;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < widths.size(); ++c) {
      const std::string& cell = rows_[r].cells[c];
      const std::string padding(widths[c] - display_width(cell), ' ');
      line += (c == 0 ? "" : std::string(between_columns, ' ')) + (c == 0 ? cell + padding : padding + cell);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
    if (r == 0) text += std::string(whole - between_columns, '-') + '\n';
    text += rows_[r].remarks;
  }
  return text;
}

}  // namespace equipoise
