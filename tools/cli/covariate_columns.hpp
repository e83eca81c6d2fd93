#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/problem.hpp"
#include "tools/cli/analysis_data.hpp"
#include "tools/cli/csv_table.hpp"
#include "tools/cli/table_people.hpp"

namespace equipoise {

/// Covariates of each participant, as the estimators take them: numbers and levels of factors as columns.
struct CovariateColumns {
  std::vector<std::vector<double>> numbers;  // a column each, of endpoints 1, 2, …
  std::vector<bool> lacking;                 // who has no site (or stratum)
};

/// Reads the columns that are adjusted for and fills in `covariates`, their names, the site and what people
/// lack. A column of numbers is a number unless it is named a factor; one of words is a factor; one of both
/// is a problem, for nobody can tell which was meant. `seen_later`: who has a value after baseline.
[[nodiscard]] CovariateColumns read_covariates(const CsvTable& table, const ColumnRoles& roles,
                                               const TablePeople& people, const std::vector<bool>& seen_later,
                                               AnalysisData& out, Problems& problems);

}  // namespace equipoise
