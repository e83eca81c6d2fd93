#include "engine/analysis/mean_difference.hpp"

#include <cmath>

#include "engine/analysis/rounding.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

/// Mean and sum of squared distances from it of one arm.
struct ArmMoments {
  double count;
  double mean;
  double squares;

  [[nodiscard]] double variance() const { return squares / (count - 1.0); }
};

ArmMoments moments_of(std::span<double> values) {
  const double mean = centre(values);
  return {static_cast<double>(values.size()), mean, dot(values, values)};
}

struct Spread {
  double se;
  double df;
};

// se^2 = s^2 (1/n1 + 1/n2),   s^2 = (SS1 + SS2) / df,   df = n1 + n2 - 2
Spread pooled(const ArmMoments& treatment, const ArmMoments& comparator) {
  const double df = treatment.count + comparator.count - 2.0;
  const double variance = (treatment.squares + comparator.squares) / df;
  return {std::sqrt(variance * (1.0 / treatment.count + 1.0 / comparator.count)), df};
}

// se^2 = v1 + v2,   v = s^2 / n of an arm,   df = (v1 + v2)^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1))
Spread welch(const ArmMoments& treatment, const ArmMoments& comparator) {
  const double v1 = treatment.variance() / treatment.count;
  const double v2 = comparator.variance() / comparator.count;
  const double v = v1 + v2;
  return {std::sqrt(v), v * v / (v1 * v1 / (treatment.count - 1.0) + v2 * v2 / (comparator.count - 1.0))};
}

/// The comparator's mean and what the treatment adds, with the variances they rest on.
void describe(const ArmMoments& treatment, const ArmMoments& comparator, const Contrast& contrast,
              const Spread& spread, bool equal_variances, FitDetails& details) {
  const double pooled_variance = (treatment.squares + comparator.squares) / spread.df;
  const double own = equal_variances ? pooled_variance : comparator.variance();
  const double own_df = equal_variances ? spread.df : comparator.count - 1.0;
  details.coefficients = {
      {{Term::Kind::intercept, 0, {}}, comparator.mean, std::sqrt(own / comparator.count), own_df},
      {{Term::Kind::arm, contrast.treatment.value, {}},
       treatment.mean - comparator.mean,
       spread.se,
       spread.df}};
  if (equal_variances) {
    details.variances = {{"residual", {}, pooled_variance}};
  } else {
    details.variances = {{"residual", contrast.comparator, comparator.variance()},
                         {"residual", contrast.treatment, treatment.variance()}};
  }
}

}  // namespace

Estimate mean_difference(const TrialData& data, const Contrast& contrast, const Question& question,
                         const MeanDifferenceOptions& options, AnalysisWorkspace& workspace,
                         FitDetails* details) {
  const Sample sample = observed_sample(data, contrast, ModelArms::compared, {}, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  if (details != nullptr) details->participants = details->observations = sample.count();
  const std::span<double> values = scratch(workspace.columns, sample.count());
  read_outcome(data, contrast, sample.participants, values);
  const ArmMoments comparator = moments_of(values.first(sample.comparator_count));
  const ArmMoments treatment = moments_of(values.subspan(sample.comparator_count));
  const bool equal_variances = options.variance == MeanDifferenceOptions::Variance::pooled;
  const Spread spread = equal_variances ? pooled(treatment, comparator) : welch(treatment, comparator);
  const double largest = std::fmax(std::abs(treatment.mean), std::abs(comparator.mean));
  if (is_rounding(spread.se, largest)) return failed(FitStatus::singular);
  if (details != nullptr) describe(treatment, comparator, contrast, spread, equal_variances, *details);
  return student_test(treatment.mean - comparator.mean, spread.se, spread.df, question, workspace);
}

}  // namespace equipoise
