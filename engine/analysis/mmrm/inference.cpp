#include "engine/analysis/mmrm/inference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/analysis/mmrm/contrast_weights.hpp"
#include "engine/analysis/mmrm/empirical.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

class Inference {
 public:
  Inference(RepeatedFit& fit, const InferenceRules& rules, bool within, Arena<double>& reals)
      : fit_(fit), rules_(rules), within_(within), reals_(reals) {}

  [[nodiscard]] Spread operator()(std::span<const double> l) {
    const RepeatedLikelihood& likelihood = *fit_.likelihood;
    const std::size_t p = l.size();
    const std::span<double> v = reals_.take(p);
    std::ranges::copy(l, v.begin());
    solve_transposed(likelihood.factor(), p, v, 1);
    for (const double part : v) variance_ += part * part;
    solve_upper(likelihood.factor(), p, v);
    full_v_ = reals_.take(fit_.mean->full());
    fit_.mean->expand_vector(v, full_v_);

    if (rules_.se == StandardError::model) return from_model();
    const EmpiricalVariance empirical = empirical_variance(fit_, full_v_, rules_.se, reals_);
    const double df = rules_.df == DfMethod::satterthwaite ? empirical.df : counted_df();
    return {empirical.variance, df, true};
  }

 private:
  /// N - p, or what a comparison between or within participants leaves.
  [[nodiscard]] double counted_df() const {
    const auto observations = static_cast<double>(fit_.data.observations);
    const auto participants = static_cast<double>(fit_.data.participants);
    const auto coefficients = static_cast<double>(fit_.mean->coefficients());
    const auto between = static_cast<double>(fit_.data.columns.size());
    if (rules_.df != DfMethod::between_within) return observations - coefficients;
    return within_ ? observations - participants - (coefficients - between) : participants - between;
  }

  /// With W the inverse information about theta and g the gradient of the variance l'Phi l:
  ///
  ///   df = 2 (l'Phi l)^2 / (g'W g),
  ///   Kenward and Roger's variance = l'Phi l + 2 sum W_kl v'(Q_kl - P_k Phi P_l - R_kl / 4) v,   v = Phi l
  [[nodiscard]] Spread from_model() {
    if (rules_.df == DfMethod::residual || rules_.df == DfMethod::between_within) {
      return {variance_, counted_df(), true};
    }
    const std::size_t m = fit_.likelihood->parameters();
    const std::span<const double> information = information_factor();
    if (information.empty()) return {};
    const std::span<double> gradient = reals_.take(m);
    fit_.information->find_variance_gradient(full_v_, gradient);
    const bool adjusts = rules_.df != DfMethod::satterthwaite;
    // W is needed whole for the adjustment; before the gradient is used up.
    const double excess = adjusts ? adjustment(information) : 0.0;
    solve_transposed(information, m, gradient, 1);
    double spread = 0.0;
    for (const double part : gradient) spread += part * part;
    return {variance_ + 2.0 * excess, 2.0 * variance_ * variance_ / spread, true};
  }

  /// U in U'U = the information asked for; empty where it is singular. The observed one is kept with the fit,
  /// for the next contrast.
  [[nodiscard]] std::span<const double> information_factor() {
    const bool observed = rules_.information == Information::observed;
    if (observed && !fit_.information_factor.empty()) return fit_.information_factor;
    const std::size_t m = fit_.likelihood->parameters();
    const std::span<double> information = fit_.reals.take(m * m);
    fit_.information->find(observed ? RepeatedInformation::Of::observed : RepeatedInformation::Of::expected,
                           information);
    if (!factorize_upper(information, m, least_information)) return {};
    if (observed) fit_.information_factor = information;
    return information;
  }

  [[nodiscard]] double adjustment(std::span<const double> factor) {
    const std::size_t m = fit_.likelihood->parameters();
    const std::span<double> root = reals_.take_zeros(m * m);
    for (std::size_t k = 0; k < m; ++k) root[k * m + k] = 1.0;
    solve_transposed(factor, m, root, m);
    const std::span<double> w = reals_.take_zeros(m * m);
    for (std::size_t r = 0; r < m; ++r) {
      const double* const row = root.data() + r * m;
      for (std::size_t k = 0; k <= r; ++k) {
        for (std::size_t l = 0; l <= r; ++l) w[k * m + l] += row[k] * row[l];
      }
    }
    const bool with_second = rules_.df == DfMethod::kenward_roger;
    return fit_.information->kenward_roger_excess(w, with_second, reals_.take(m * m));
  }

  // As the maximum was found with.
  static constexpr double least_information = least_own_share;

  RepeatedFit& fit_;
  const InferenceRules& rules_;
  bool within_;
  Arena<double>& reals_;
  double variance_ = 0.0;
  std::span<double> full_v_;
};

bool too_few(const RepeatedMeasures& data, const Contrast& contrast) {
  if (contrast.of != Contrast::Of::arms) return data.participants < 2;
  const auto count_of = [&](ArmId arm) {
    const auto place = std::ranges::find(data.arms, static_cast<std::uint8_t>(arm.value));
    if (place == data.arms.end()) return 0.0;
    const auto column = static_cast<std::size_t>(place - data.arms.begin());
    double count = 0.0;
    for (const MissingnessPattern& pattern : data.patterns) {
      // The first arm has no column: it is who is in no other.
      if (column > 0) count += pattern.xx[column];
      if (column > 0) continue;
      count += static_cast<double>(pattern.count);
      for (std::size_t other = 1; other < data.arms.size(); ++other) count -= pattern.xx[other];
    }
    return count;
  };
  return count_of(contrast.treatment) < 2.0 || count_of(contrast.comparator) < 2.0;
}

}  // namespace

Spread spread_of(RepeatedFit& fit, const InferenceRules& rules, std::span<const double> l, bool within,
                 Arena<double>& reals) {
  return Inference(fit, rules, within, reals)(l);
}

Estimate infer(RepeatedFit& fit, const Contrast& contrast, const Question& question,
               const InferenceRules& rules, AnalysisWorkspace& workspace) {
  if (fit.status != FitStatus::ok && fit.status != FitStatus::boundary) return failed(fit.status);
  if (too_few(fit.data, contrast)) return failed(FitStatus::too_few);
  Arena<double>& reals = workspace.reals;
  const std::span<double> full = reals.take(fit.mean->full());
  const ContrastWeights weigh(fit.data, contrast, full);
  const std::span<double> of_visit = reals.take(fit.data.visits.size());
  if (!weigh(of_visit, reals.take(fit.data.columns.size()))) return failed(FitStatus::too_few);
  if (!fit.mean->estimable(full)) return failed(FitStatus::singular);

  const std::span<double> l = reals.take(fit.mean->coefficients());
  fit.mean->compress_vector(full, l);
  double value = 0.0;
  const std::span<const double> beta = fit.likelihood->coefficients();
  for (std::size_t k = 0; k < l.size(); ++k) value += l[k] * beta[k];
  if (contrast.of == Contrast::Of::mean) value += fit.data.origin;

  const Spread spread = spread_of(fit, rules, l, contrast.of == Contrast::Of::visits, reals);
  if (!spread.found) return failed(FitStatus::singular);
  // Written so that a NaN fails, too.
  if (!(spread.variance > 0.0)) return failed(FitStatus::singular);
  if (!(spread.df > 0.0)) return failed(FitStatus::too_few);
  Estimate estimate = student_test(value, std::sqrt(spread.variance), spread.df, question, workspace);
  estimate.status = fit.status;
  return estimate;
}

}  // namespace equipoise
