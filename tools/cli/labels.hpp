#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tools/cli/csv_table.hpp"

namespace equipoise {

/// Whether two cells say the same: 3 and 3.0 do.
[[nodiscard]] bool same_label(std::string_view first, std::string_view second);

/// The different labels of a column. Where all are numbers they stand in their order, and spellings of one
/// number (1, 01, 1.0) are one label, written as it is first; words stand as they first appear, or sorted.
/// What is asked looks into the table.
class Labels {
 public:
  enum class Words { as_they_come, sorted };
  /// `apart`: a label that need not be a number for the others to be; it stands first then.
  Labels(const CsvTable& table, std::size_t column, Words words, std::optional<std::string> apart = {});

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::size_t count() const { return names_.size(); }
  [[nodiscard]] bool numbers() const { return numbers_; }
  /// Two of them that differ by capitals and spaces alone, if there are.
  [[nodiscard]] std::optional<std::pair<std::string, std::string>> alike() const;
  /// The place of a cell of the column among the names.
  [[nodiscard]] std::size_t place_of(std::string_view cell) const { return places_.at(cell); }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string_view, std::size_t> places_;
  bool numbers_ = false;
};

}  // namespace equipoise
