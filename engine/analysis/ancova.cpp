#include "engine/analysis/ancova.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "engine/analysis/rounding.hpp"
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

/// How many cells have anybody, and the largest mean of the outcome in one, without its sign.
struct Cells {
  std::size_t taken = 0;
  double largest_mean = 0.0;
};

/// Subtracts from each column its mean within each cell, which is what least squares on one intercept a cell
/// leaves of it.
Cells centre_within(std::span<const std::uint32_t> ends, const FitColumns& columns) {
  Cells cells;
  std::size_t start = 0;
  for (const std::uint32_t end : ends) {
    if (end > start) ++cells.taken;
    double mean = 0.0;
    for (std::size_t c = 0; c < columns.count(); ++c)
      mean = centre(columns.at(c).subspan(start, end - start));
    if (end > start) cells.largest_mean = std::max(cells.largest_mean, std::abs(mean));
    start = end;
  }
  return cells;
}

/// The means of each column in each cell, cell by cell; a cell without anybody is left out.
std::vector<double> means_within(std::span<const std::uint32_t> ends, const FitColumns& columns) {
  std::vector<double> means;
  std::size_t start = 0;
  for (const std::uint32_t end : ends) {
    for (std::size_t c = 0; c < columns.count() && end > start; ++c) {
      means.push_back(sum(columns.at(c).subspan(start, end - start)) / static_cast<double>(end - start));
    }
    start = end;
  }
  return means;
}

bool adjusts_for_site(const AncovaOptions& options) {
  return std::any_of(options.adjust.begin(), options.adjust.end(),
                     [](const Covariate& covariate) { return covariate.kind == Covariate::Kind::site; });
}

FitColumns read_columns(const TrialData& data, const Contrast& contrast, const AncovaOptions& options,
                        std::span<const std::uint32_t> own, const Sample& sample,
                        std::span<const std::uint32_t> participants, AnalysisWorkspace& workspace) {
  std::size_t other_arms = 0;
  for_each_other_arm(data, sample, [&](std::uint8_t) { ++other_arms; });
  FitColumns columns(participants.size(), options.adjust.size() + other_arms + 2, workspace);
  for (std::size_t k = 0; k < options.adjust.size(); ++k) {
    if (own[k] != 0) read_covariate(data, contrast, options.adjust[k], participants, columns.add());
  }
  for_each_other_arm(data, sample, [&](std::uint8_t arm) { add_arm(data, arm, participants, columns); });
  add_arm(data, static_cast<std::uint8_t>(contrast.treatment.value), participants, columns);
  read_outcome(data, contrast, participants, columns.add());
  return columns;
}

/// Which coefficient belongs to each column but the outcome.
std::vector<Term> terms_of(const TrialData& data, const Contrast& contrast,
                           std::span<const std::uint32_t> own, const Sample& sample) {
  std::vector<Term> terms;
  for (std::size_t k = 0; k < own.size(); ++k) {
    if (own[k] != 0) terms.push_back({Term::Kind::covariate, static_cast<std::uint32_t>(k), {}});
  }
  for_each_other_arm(data, sample, [&](std::uint8_t arm) { terms.push_back({Term::Kind::arm, arm, {}}); });
  terms.push_back({Term::Kind::arm, contrast.treatment.value, {}});
  return terms;
}

/// Writes the fit in the data's own columns. With C = (X'X)^-1 of the centred columns, m the means of a cell,
/// n its people and b the coefficients,
///
///   intercept = mean of y - m'b,                          variance s^2 (1 / n + m'C m)
///   a cell beside the first: the same of differences,     variance s^2 (1 / n + 1 / n_1 + (m - m_1)'C(m -
///   m_1))
class FitDescription {
 public:
  FitDescription(std::span<const double> factor, std::size_t order, double variance, double df,
                 FitDetails& details)
      : columns_(order - 1),
        variance_(variance),
        df_(df),
        details_(details),
        beta_(columns_),
        inverse_(columns_ * columns_) {
    std::vector<double> own(columns_ * columns_);
    for (std::size_t i = 0; i < columns_; ++i) {
      std::copy_n(factor.begin() + static_cast<std::ptrdiff_t>(i * order), i + 1, &own[i * columns_]);
      beta_[i] = factor[columns_ * order + i];
    }
    back_substitute(own, columns_, beta_);
    invert(own, columns_, inverse_);
  }

  void add_columns(std::span<const Term> terms) {
    for (std::size_t k = 0; k < columns_; ++k) {
      details_.coefficients.push_back(
          {terms[k], beta_[k], std::sqrt(variance_ * inverse_[k * columns_ + k]), df_});
    }
  }

  /// `means`: of the columns, then of the outcome.
  void add_cell(const Term& term, std::span<const double> means, double share) {
    double value = means[columns_];
    double spread = share;
    for (std::size_t k = 0; k < columns_; ++k) {
      value -= means[k] * beta_[k];
      for (std::size_t l = 0; l < columns_; ++l) spread += means[k] * inverse_[k * columns_ + l] * means[l];
    }
    details_.coefficients.push_back({term, value, std::sqrt(variance_ * spread), df_});
  }

 private:
  std::size_t columns_;
  double variance_;
  double df_;
  FitDetails& details_;
  std::vector<double> beta_;
  std::vector<double> inverse_;
};

void add_cells(const SampleBySite& cells, std::span<const double> means, std::size_t order,
               FitDescription& description) {
  const std::span<const double> first = means.first(order);
  double first_share = 0.0;
  std::size_t next = 0;
  std::uint32_t start = 0;
  for (std::uint32_t site = 0; site < cells.ends.size(); ++site) {
    const std::uint32_t end = cells.ends[site];
    if (end == start) continue;
    std::vector<double> of(means.begin() + static_cast<std::ptrdiff_t>(next * order),
                           means.begin() + static_cast<std::ptrdiff_t>((next + 1) * order));
    const double share = 1.0 / static_cast<double>(end - start);
    if (next == 0) {
      description.add_cell({Term::Kind::intercept, 0, {}}, of, share);
      first_share = share;
    } else {
      for (std::size_t k = 0; k < order; ++k) of[k] -= first[k];
      description.add_cell({Term::Kind::site, site, {}}, of, share + first_share);
    }
    ++next;
    start = end;
  }
}

/// Of normal errors, at the maximum over the variance too (as R's logLik of lm).
double log_likelihood(double squares, double count) {
  return -0.5 * count * (std::log(2.0 * std::numbers::pi * squares / count) + 1.0);
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
  const std::span<const std::uint32_t> own_column =
      own_columns(data, options.adjust, sample.participants, workspace);
  const FitColumns columns =
      read_columns(data, contrast, options, own_column, sample, cells.participants, workspace);
  const std::size_t order = columns.count();
  std::vector<double> means;
  if (details != nullptr) means = means_within(cells.ends, columns);
  const Cells centred = centre_within(cells.ends, columns);
  const std::size_t parameters = centred.taken + order - 1;
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
  if (is_rounding(residual / std::sqrt(df), centred.largest_mean)) return failed(FitStatus::singular);
  if (details != nullptr) {
    const double squares = residual * residual;
    FitDescription description(factor, order, squares / df, df, *details);
    add_cells(cells, means, order, description);
    description.add_columns(terms_of(data, contrast, own_column, sample));
    details->variances.push_back({"residual", {}, squares / df});
    details->log_likelihood = log_likelihood(squares, static_cast<double>(sample.count()));
  }
  return student_test(with_outcome / own, residual / std::sqrt(df) / own, df, question, workspace);
}

}  // namespace equipoise
