#include "engine/store/analysis_columns.hpp"

#include <string>

#include "engine/base/expects.hpp"
#include "engine/store/described.hpp"
#include "engine/store/flags.hpp"

namespace equipoise {
namespace {

void make_column(Hdf5Writer& file, const std::string& name, ElementType type, const std::string& meaning) {
  make_described(file, "analysis_replicates/" + name, type, {"cell", "replicate", "analysis"}, meaning);
}

}  // namespace

AnalysisColumns::AnalysisColumns(Hdf5Writer& file, std::size_t analyses) : file_(file), analyses_(analyses) {
  make_column(file, "estimate", ElementType::float64,
              "estimate of the fit that was used, its own or a fallback's; NaN where none was usable");
  make_column(file, "se", ElementType::float64, "standard error of the fit that was used");
  make_column(file, "df", ElementType::float64, "degrees of freedom; infinite where the reference is normal");
  make_column(file, "p", ElementType::float64, "p value of the fit that was used");
  make_column(file, "rejected", ElementType::int8,
              "whether the fit that was used rejects, were its hypothesis the trial's only one");
  make_column(file, "rejected_for_harm", ElementType::int8,
              "whether it so rejects in favour of the comparator");
  make_column(file, "rejected_by_own_fit", ElementType::int8,
              "likewise by its own fit: one that failed rejects nothing");
  make_column(file, "status", ElementType::int8, "how its own fit ended");
  make_column(file, "fallback_used", ElementType::int8,
              "which fit was used: 0 its own, k the k-th of its fallbacks");
  name_no_and_yes(file, "analysis_replicates/rejected");
  name_no_and_yes(file, "analysis_replicates/rejected_for_harm");
  name_no_and_yes(file, "analysis_replicates/rejected_by_own_fit");
  name_flags(file, "analysis_replicates/status", names_of<FitStatus>());
}

void AnalysisColumns::add(const TrialOutcome& trial) {
  std::size_t added = 0;
  for (const TestOutcome& test : trial.tests) {
    for (const AnalysisOutcome& analysis : test.analyses) {
      estimate_.push_back(analysis.estimate.value);
      se_.push_back(analysis.estimate.se);
      df_.push_back(analysis.estimate.df);
      p_.push_back(analysis.estimate.p);
      rejected_.push_back(analysis.rejected ? 1 : 0);
      rejected_for_harm_.push_back(analysis.rejected_for_harm() ? 1 : 0);
      rejected_by_own_fit_.push_back(analysis.rejected_by_own_fit ? 1 : 0);
      status_.push_back(static_cast<std::int8_t>(analysis.status));
      used_.push_back(static_cast<std::int8_t>(analysis.used));
      ++added;
    }
  }
  EQUIPOISE_EXPECTS(added == analyses_);
}

void AnalysisColumns::write_chunk(std::size_t cell, std::uint64_t first_row) {
  const auto append = [&](const char* name, auto& column) {
    if (column.empty()) return;
    file_.write_rows(name, cell, first_row, column);
    column.clear();
  };
  append("analysis_replicates/estimate", estimate_);
  append("analysis_replicates/se", se_);
  append("analysis_replicates/df", df_);
  append("analysis_replicates/p", p_);
  append("analysis_replicates/rejected", rejected_);
  append("analysis_replicates/rejected_for_harm", rejected_for_harm_);
  append("analysis_replicates/rejected_by_own_fit", rejected_by_own_fit_);
  append("analysis_replicates/status", status_);
  append("analysis_replicates/fallback_used", used_);
}

}  // namespace equipoise
