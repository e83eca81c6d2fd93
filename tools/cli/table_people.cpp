#include "tools/cli/table_people.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include "tools/cli/labels.hpp"

namespace equipoise {
namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

}  // namespace

TablePeople::TablePeople(const CsvTable& table, std::size_t participant, Problems& problems)
    : table_(table), participant_(participant), person_(table.rows(), nobody) {
  std::unordered_map<std::string_view, std::size_t> index;
  FewProblems few(problems);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.missing(row, participant)) {
      few.add(table.place(row, participant), "the row names no participant");
      continue;
    }
    const auto [found, is_new] = index.emplace(table.cell(row, participant), index.size());
    if (is_new) first_row_.push_back(row);
    person_[row] = found->second;
  }
}

std::vector<std::string_view> TablePeople::constant(std::size_t column, Problems& problems) const {
  std::vector<std::string_view> cells(count());
  std::vector<std::size_t> row_of(count(), nobody);
  FewProblems few(problems);
  for (std::size_t row = 0; row < table_.rows(); ++row) {
    if (table_.missing(row, column)) continue;
    const std::size_t i = person_[row];
    if (row_of[i] == nobody) {
      row_of[i] = row;
      cells[i] = table_.cell(row, column);
    } else if (!same_label(cells[i], table_.cell(row, column))) {
      few.add(table_.place(row, column),
              fmt::format("'{}' of participant {} changes from {} to {}", table_.names()[column], name(i),
                          cells[i], table_.cell(row, column)),
              fmt::format("it must stay what it is in line {}", table_.line(row_of[i])));
    }
  }
  return cells;
}

}  // namespace equipoise
