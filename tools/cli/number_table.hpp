#pragma once

#include <string>
#include <vector>

namespace equipoise {

/// A table of numbers as papers set it: names in the first column to the left, the others to the right, under
/// a header and a rule.
class NumberTable {
 public:
  explicit NumberTable(std::vector<std::string> header);
  /// A row with fewer cells than the header is filled up with empty ones.
  void add(std::vector<std::string> row);
  /// A line about the row above it, which no column has to be wide enough for.
  void add_remark(std::string line);
  [[nodiscard]] std::string text() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string remarks;  // whole lines under it
  };
  std::vector<Row> rows_;  // the header first
};

}  // namespace equipoise
