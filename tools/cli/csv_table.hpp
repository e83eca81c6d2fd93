#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/problem.hpp"
#include "tools/cli/cell_value.hpp"

namespace equipoise {

/// A file of comma-separated values (RFC 4180) with a header: quotes, doubled quotes, CRLF, a byte order mark
/// and spaces around cells are read; an empty cell or a word for it is missing (cell_value.hpp).
class CsvTable {
 public:
  /// Adds what is wrong to the problems: no such file, no header, rows of another length, an open quote.
  CsvTable(const std::filesystem::path& file, Problems& problems);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  [[nodiscard]] std::size_t rows() const { return lines_.size(); }
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const {
    return cells_[row * names_.size() + column];
  }
  [[nodiscard]] bool missing(std::size_t row, std::size_t column) const {
    return cell_value(cell(row, column)).kind == CellValue::Kind::missing;
  }
  /// Where a cell stands: line of the file, number of the column.
  [[nodiscard]] Place place(std::size_t row, std::size_t column) const;
  [[nodiscard]] std::size_t line(std::size_t row) const { return lines_[row]; }
  [[nodiscard]] Place header() const;

 private:
  void read_header(const std::vector<std::string_view>& cells, Problems& problems);

  std::string file_;
  std::string text_;  // what the cells look into; quoted cells are unquoted in place
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> columns_;  // by name
  std::vector<std::string_view> cells_;
  std::vector<std::size_t> lines_;
};

}  // namespace equipoise
