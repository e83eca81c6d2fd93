#include "engine/store/replicate_columns.hpp"

#include <algorithm>
#include <string>

#include "engine/base/expects.hpp"
#include "engine/store/described.hpp"
#include "engine/store/flags.hpp"

namespace equipoise {
namespace {

/// Bounds what a run that dies can lose: two seconds of a trial that takes half a millisecond.
constexpr std::size_t most_rows = 4096;
/// Well inside the megabyte that HDF5's readers keep of a dataset.
constexpr std::size_t most_bytes = 512 * 1024;

void make_column(Hdf5Writer& file, const std::string& name, ElementType type, const std::string& meaning) {
  make_described(file, "replicates/" + name, type, {"cell", "replicate", "hypothesis"}, meaning);
}

}  // namespace

std::size_t ReplicateColumns::chunk_rows(std::size_t columns, std::uint64_t trials, std::size_t cells) {
  const std::size_t rows = std::clamp(most_bytes / (sizeof(double) * std::max<std::size_t>(columns, 1)),
                                      std::size_t{1}, most_rows);
  return cells > 1 && trials > 0 && trials < rows ? static_cast<std::size_t>(trials) : rows;
}

ReplicateColumns::ReplicateColumns(Hdf5Writer& file, std::size_t hypotheses, std::size_t rows)
    : file_(file), hypotheses_(hypotheses), rows_(rows) {
  make_column(
      file, "estimate", ElementType::float64,
      "treatment minus comparator, on the scale of the transformed endpoint; NaN where the fit failed");
  make_column(file, "se", ElementType::float64, "standard error of the estimate, as the analysis reports it");
  make_column(file, "df", ElementType::float64, "degrees of freedom; infinite where the reference is normal");
  make_column(file, "p", ElementType::float64, "p value of the hypothesis' own test");
  make_column(file, "p_adjusted", ElementType::float64,
              "p value after the multiplicity method, on the scale of alpha");
  make_column(file, "rejected", ElementType::int8,
              "whether the multiplicity method rejects the null hypothesis");
  make_column(file, "rejected_for_harm", ElementType::int8,
              "whether it rejects it in favour of the comparator, which a one-sided test never does");
  make_column(file, "rejected_alone", ElementType::int8,
              "whether the test rejects were it the trial's only hypothesis");
  make_column(file, "status", ElementType::int8, "how the fit ended");
  name_no_and_yes(file, "replicates/rejected");
  name_no_and_yes(file, "replicates/rejected_for_harm");
  name_no_and_yes(file, "replicates/rejected_alone");
  name_flags(file, "replicates/status", names_of<FitStatus>());
}

bool ReplicateColumns::add(const TrialOutcome& trial) {
  EQUIPOISE_EXPECTS(trial.tests.size() == hypotheses_);
  replicate_.push_back(trial.replicate);
  for (const TestOutcome& test : trial.tests) {
    estimate_.push_back(test.estimate.value);
    se_.push_back(test.estimate.se);
    df_.push_back(test.estimate.df);
    p_.push_back(test.estimate.p);
    p_adjusted_.push_back(test.p_adjusted);
    rejected_.push_back(test.rejected ? 1 : 0);
    rejected_for_harm_.push_back(test.rejected_for_harm() ? 1 : 0);
    rejected_alone_.push_back(test.rejected_alone ? 1 : 0);
    status_.push_back(static_cast<std::int8_t>(test.estimate.status));
  }
  if (replicate_.size() < rows_) return false;
  write_chunk();
  return true;
}

void ReplicateColumns::write_rest() {
  if (!replicate_.empty()) write_chunk();
}

void ReplicateColumns::turn_to(std::size_t cell, std::uint64_t first_replicate) {
  EQUIPOISE_EXPECTS(cell == cell_ || replicate_.empty());
  if (cell != cell_) written_ = 0;
  cell_ = cell;
  first_replicate_ = first_replicate;
}

void ReplicateColumns::write_chunk() {
  const std::uint64_t first = written_;
  write_coordinates();
  const auto append = [&](const char* name, auto& column) {
    file_.write_rows(name, cell_, first, column);
    column.clear();
  };
  written_ += replicate_.size();
  replicate_.clear();
  append("replicates/estimate", estimate_);
  append("replicates/se", se_);
  append("replicates/df", df_);
  append("replicates/p", p_);
  append("replicates/p_adjusted", p_adjusted_);
  append("replicates/rejected", rejected_);
  append("replicates/rejected_for_harm", rejected_for_harm_);
  append("replicates/rejected_alone", rejected_alone_);
  append("replicates/status", status_);
}

/// Where a cell before this one had fewer replicates.
void ReplicateColumns::write_coordinates() {
  std::vector<std::uint64_t> numbers;
  for (std::size_t row = 0; row < replicate_.size(); ++row) {
    if (written_ + row >= coordinates_) numbers.push_back(replicate_[row] - first_replicate_);
  }
  if (numbers.empty()) return;
  file_.write_rows("replicate", 0, coordinates_, numbers);
  coordinates_ += numbers.size();
}

}  // namespace equipoise
