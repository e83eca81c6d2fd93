#include "engine/analysis/ancova.hpp"

#include <algorithm>
#include <cmath>

#include "engine/analysis/sample.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/cholesky.hpp"
#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

/// The columns of a least-squares fit over the same participants: covariates, the arms besides the compared
/// ones, the treatment arm, and last the outcome, so that the coefficient asked for is the first that back
/// substitution meets.
class FitColumns {
 public:
  FitColumns(std::size_t length, std::size_t most, AnalysisWorkspace& workspace)
      : length_(length), memory_(scratch(workspace.columns, length * most)) {}

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::span<double> at(std::size_t column) const {
    return memory_.subspan(column * length_, length_);
  }
  [[nodiscard]] std::span<double> add() { return at(count_++); }

 private:
  std::size_t length_;
  std::span<double> memory_;
  std::size_t count_ = 0;
};

/// Who is in which arm, as a column of ones and zeros.
void add_arm(const TrialData& data, std::uint8_t arm, std::span<const std::uint32_t> participants,
             FitColumns& columns) {
  const std::span<double> column = columns.add();
  for (std::size_t j = 0; j < participants.size(); ++j) {
    column[j] = static_cast<double>(data.arm[participants[j]] == arm);
  }
}

/// The arms besides the compared ones: in a sample they stand last, arm after arm.
template <class Visit>
void for_each_other_arm(const TrialData& data, const Sample& sample, Visit&& visit) {
  const auto others = sample.participants.subspan(sample.comparator_count + sample.treatment_count);
  for (std::size_t j = 0; j < others.size(); ++j) {
    if (j == 0 || data.arm[others[j]] != data.arm[others[j - 1]]) visit(data.arm[others[j]]);
  }
}

/// Subtracts from each column its mean within each cell, which is what least squares on one intercept a cell
/// leaves of it.
std::size_t centre_within(std::span<const std::uint32_t> ends, const FitColumns& columns) {
  std::size_t cells = 0;
  std::size_t start = 0;
  for (const std::uint32_t end : ends) {
    if (end > start) ++cells;
    for (std::size_t c = 0; c < columns.count(); ++c) centre(columns.at(c).subspan(start, end - start));
    start = end;
  }
  return cells;
}

bool adjusts_for_site(const AncovaOptions& options) {
  return std::any_of(options.adjust.begin(), options.adjust.end(),
                     [](const Covariate& covariate) { return covariate.kind == Covariate::Kind::site; });
}

FitColumns read_columns(const TrialData& data, const Contrast& contrast, const AncovaOptions& options,
                        const Sample& sample, std::span<const std::uint32_t> participants,
                        AnalysisWorkspace& workspace) {
  std::size_t other_arms = 0;
  for_each_other_arm(data, sample, [&](std::uint8_t) { ++other_arms; });
  FitColumns columns(participants.size(), options.adjust.size() + other_arms + 2, workspace);
  for (const Covariate& covariate : options.adjust) {
    if (covariate.kind == Covariate::Kind::baseline)
      read_covariate(data, contrast, covariate, participants, columns.add());
  }
  for_each_other_arm(data, sample, [&](std::uint8_t arm) { add_arm(data, arm, participants, columns); });
  add_arm(data, static_cast<std::uint8_t>(contrast.treatment.value), participants, columns);
  read_outcome(data, contrast, participants, columns.add());
  return columns;
}

}  // namespace

Estimate ancova(const TrialData& data, const Contrast& contrast, const Question& question,
                const AncovaOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  const Sample sample = observed_sample(data, contrast, options.arms, options.adjust, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  if (details != nullptr) details->participants = details->observations = sample.count();
  const auto everybody = static_cast<std::uint32_t>(sample.count());
  SampleBySite cells{sample.participants, {&everybody, 1}};
  if (adjusts_for_site(options)) cells = by_site(data, sample, workspace);
  const FitColumns columns = read_columns(data, contrast, options, sample, cells.participants, workspace);
  const std::size_t order = columns.count();
  const std::size_t intercepts = centre_within(cells.ends, columns);
  const std::size_t parameters = intercepts + order - 1;
  if (sample.count() <= parameters) return failed(FitStatus::too_few);

  const std::span<double> factor = scratch(workspace.cross_products, order * order);
  for (std::size_t i = 0; i < order; ++i) {
    for (std::size_t j = 0; j <= i; ++j) factor[i * order + j] = dot(columns.at(i), columns.at(j));
  }
  if (!factorize(factor, order)) return failed(FitStatus::singular);
  // With X'X = L L' and the outcome as the last row of L: coefficient = L_yt / L_tt, its variance s^2 /
  // L_tt^2 and the residual sum of squares L_yy^2, t being the treatment's column, the last but one.
  const double own = factor[(order - 2) * order + (order - 2)];
  const double with_outcome = factor[(order - 1) * order + (order - 2)];
  const double residual = factor[(order - 1) * order + (order - 1)];
  const auto df = static_cast<double>(sample.count() - parameters);
  return student_test(with_outcome / own, residual / std::sqrt(df) / own, df, question, workspace);
}

}  // namespace equipoise
