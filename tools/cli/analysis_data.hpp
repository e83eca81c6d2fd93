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
  std::optional<double> above;          // what the transform needs every value to be above
  bool from_baseline = false;           // the transform takes the baseline off
  bool strata = false;                  // factors are strata: their combinations are the sites
};

/// A table as the estimators see it: endpoint 0 is the value, visit 0 baseline; numeric covariates are
/// further endpoints' baselines; the factor with the most levels is the site, others are columns of zeros and
/// ones. Of strata the combinations are the sites.
struct AnalysisData {
  TrialData trial;
  std::vector<std::string> arms;      // by ArmId
  std::vector<std::string> visits;    // by VisitId; [0] is the baseline's, or empty
  std::vector<double> months;         // by VisitId, where all labels are numbers
  std::vector<Covariate> covariates;  // as `adjust` of the options
  std::vector<std::string> covariate_names;
  std::string site_name;  // of the factor that became the site
  std::vector<std::string> site_levels;
  std::vector<std::string> groups;  // labels of the therapy groups, as trial.group counts them
  bool visits_are_numbers = true;   // else they stand in the order in which they first appear
  bool binary = true;               // every value is 0 or 1

  /// Participants who lack a covariate, each of whom is left out.
  struct Lacking {
    std::string covariate;
    std::size_t participants;
  };
  std::vector<Lacking> lacking;

  /// Two labels of a column that differ by capitals and spaces alone.
  struct Alike {
    std::string column;
    std::string first;
    std::string second;
  };
  std::vector<Alike> alike;

  [[nodiscard]] std::optional<ArmId> arm(const std::string& label) const;
  [[nodiscard]] std::optional<VisitId> visit(const std::string& label) const;
};

/// Adds every problem of the table. With problems the answer has the labels of arms and of visits, each where
/// their column could be found, and nothing else.
[[nodiscard]] AnalysisData read_analysis_data(const CsvTable& table, const ColumnRoles& roles,
                                              Problems& problems);

}  // namespace equipoise
