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
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the header first
};

}  // namespace equipoise
