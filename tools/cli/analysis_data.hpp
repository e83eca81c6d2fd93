#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/analysis/options.hpp"
#include "engine/base/problem.hpp"
#include "engine/design/trial_data.hpp"
#include "tools/cli/csv_table.hpp"

namespace equipoise {

/// Which columns of a long table are what.
struct ColumnRoles {
  std::string value;
  std::string arm;    // empty: everybody is in one arm
  std::string visit;  // empty: one row a participant
  std::string participant;
  std::string cluster;                  // empty: nobody is in a group
  std::vector<std::string> adjust;      // "baseline", a column, each also with "*visit"
  std::vector<std::string> factors;     // columns of numbers that are categories
  std::optional<std::string> baseline;  // label of the visit that is baseline
  bool strata = false;                  // factors are strata: their combinations are the sites
};

/// A table as the estimators see it: endpoint 0 is the value, visit 0 baseline; numeric covariates are
/// further endpoints' baselines; one factor is the site, others are columns of zeros and ones.
struct AnalysisData {
  TrialData trial;
  std::vector<std::string> arms;      // by ArmId
  std::vector<std::string> visits;    // by VisitId; [0] is the baseline's, or empty
  std::vector<double> months;         // by VisitId, where all labels are numbers
  std::vector<Covariate> covariates;  // as `adjust` of the options
  std::vector<std::string> covariate_names;
  std::string site_name;  // of the factor that became the site
  std::vector<std::string> site_levels;
  std::size_t without_covariate = 0;  // participants who lack one
  bool binary = true;                 // every value is 0 or 1

  [[nodiscard]] std::optional<ArmId> arm(const std::string& label) const;
  [[nodiscard]] std::optional<VisitId> visit(const std::string& label) const;
};

/// Adds every problem of the table. With problems the answer has the labels of arms and of visits, each where
/// their column could be found, and nothing else.
[[nodiscard]] AnalysisData read_analysis_data(const CsvTable& table, const ColumnRoles& roles,
                                              Problems& problems);

}  // namespace equipoise
