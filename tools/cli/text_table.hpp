#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace equipoise {

/// Columns of text, aligned, for people.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> heading) { add(std::move(heading)); }

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// Each row a line, two spaces between the columns, no spaces at the ends. A last column that would pass
  /// `width` is broken between words and goes on below itself; where that alone leaves it no room, the widest
  /// of the others are, too.
  [[nodiscard]] std::string text(std::size_t width) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// Columns that a text takes on a terminal, where every character takes one.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace equipoise
