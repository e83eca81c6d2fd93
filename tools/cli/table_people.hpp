#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/problem.hpp"
#include "tools/cli/csv_table.hpp"

namespace equipoise {

/// Adds problems of one kind, the first few of them: more are of one cause.
class FewProblems {
 public:
  explicit FewProblems(Problems& problems) : problems_(problems) {}
  void add(const Place& place, std::string what, std::string why = {}, std::string suggestion = {}) {
    if (++told_ <= most_told) {
      problems_.add(place, std::move(what), std::move(why), std::move(suggestion));
    }
  }

 private:
  static constexpr std::size_t most_told = 5;
  Problems& problems_;
  std::size_t told_ = 0;
};

/// Whose row each row of a long table is. A row that names no participant is a problem.
class TablePeople {
 public:
  TablePeople(const CsvTable& table, std::size_t participant, Problems& problems);

  [[nodiscard]] std::size_t count() const { return first_row_.size(); }
  [[nodiscard]] std::size_t of_row(std::size_t row) const { return person_[row]; }
  [[nodiscard]] std::size_t first_row(std::size_t person) const { return first_row_[person]; }
  [[nodiscard]] std::string_view name(std::size_t person) const {
    return table_.cell(first_row_[person], participant_);
  }
  /// What a column says of each participant, which must be the same in all of their rows (3 and 3.0 are);
  /// empty where it is missing in all.
  [[nodiscard]] std::vector<std::string_view> constant(std::size_t column, Problems& problems) const;

 private:
  const CsvTable& table_;
  std::size_t participant_;
  std::vector<std::size_t> person_;     // of each row
  std::vector<std::size_t> first_row_;  // of each participant
};

}  // namespace equipoise
