#include "engine/analysis/gee/gee.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "engine/analysis/gee/group_clusters.hpp"
#include "engine/analysis/gee/leverage.hpp"
#include "engine/analysis/gee/visit_clusters.hpp"
#include "engine/analysis/mmrm/contrast_weights.hpp"
#include "engine/analysis/mmrm/describe.hpp"
#include "engine/analysis/mmrm/fit_repeated.hpp"
#include "engine/analysis/rounding.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

constexpr int most_iterations = 200;
// Squared length of a step in standard errors, and the change of the correlation, below which both are
// rounding.
constexpr double no_step = 1e-22;
constexpr double no_change = 1e-13;
// Mean squared residual, as a share of the outcomes' mean square, that is rounding: a fit without error.
constexpr double no_error = 1e-24;
// Odds that no trial can tell from certainty.
constexpr double certain = 15.0;

/// With R the working correlation the step is M sum Z'R^-1 e, M = [sum Z'R^-1 Z]^-1, whatever the scale phi.
class EstimatingEquations {
 public:
  EstimatingEquations(GeeClusters& clusters, const GeeOptions& options, Arena<double>& reals)
      : clusters_(clusters),
        options_(options),
        reals_(reals),
        p_(clusters.coefficients()),
        correlation_(options.correlation) {
    beta_ = reals.take_zeros(p_);
    information_ = reals.take(p_ * p_);
    factor_ = reals.take(p_ * p_);
    inverse_ = reals.take(p_ * p_);
    step_ = reals.take(p_);
    score_ = reals.take(p_);
  }

  [[nodiscard]] std::span<const double> beta() const { return beta_; }
  [[nodiscard]] const WorkingCorrelation& correlation() const { return correlation_; }
  [[nodiscard]] double scale() const { return scale_; }
  [[nodiscard]] int iterations() const { return iterations_; }

  /// `level`: what was taken off the outcomes.
  [[nodiscard]] FitStatus solve(double level) {
    clusters_.go_to(beta_);
    if (is_rounding(std::sqrt(mean_square()), level)) return FitStatus::singular;
    const double least_scale = no_error * mean_square();
    for (iterations_ = 1; iterations_ <= most_iterations; ++iterations_) {
      if (!find_step()) return given_up(least_scale);
      double length = 0.0;
      for (std::size_t k = 0; k < p_; ++k) beta_[k] += step_[k];
      for (std::size_t k = 0; k < p_; ++k) length += step_[k] * score_[k];
      clusters_.go_to(beta_);
      scale_ = mean_square();
      const double change = find_correlation();
      if (!std::isfinite(length) || clusters_.largest_log_odds() > 2.0 * certain) return FitStatus::separated;
      if (length <= no_step * std::max(scale_, least_scale) && std::abs(change) <= no_change) {
        if (!find_step()) return FitStatus::not_converged;
        invert(factor_, p_, inverse_);
        if (!(scale_ > least_scale)) return FitStatus::singular;
        return clusters_.largest_log_odds() > certain ? FitStatus::separated : FitStatus::ok;
      }
    }
    return given_up(least_scale);
  }

  [[nodiscard]] double robust_variance(std::span<const double> l) {
    return clusters_.robust_variance({correlation_, inverse_, information_}, l, options_.correction, reals_);
  }

 private:
  [[nodiscard]] FitStatus given_up(double least_scale) const {
    if (!(scale_ > least_scale)) return FitStatus::singular;
    return clusters_.largest_log_odds() > certain ? FitStatus::separated : FitStatus::not_converged;
  }

  [[nodiscard]] double mean_square() const {
    return std::max(0.0, clusters_.squares()) / static_cast<double>(clusters_.observations());
  }

  double find_correlation() {
    if (!correlation_.estimated()) return 0.0;
    PairSums pairs;
    clusters_.add_pairs(pairs);
    return correlation_.fit(pairs, scale_);
  }

  [[nodiscard]] bool find_step() {
    if (!clusters_.sum(correlation_, information_, score_)) return false;
    for (std::size_t k = 0; k < p_; ++k) {
      for (std::size_t l = 0; l < k; ++l) information_[k * p_ + l] = information_[l * p_ + k];
    }
    std::ranges::copy(information_, factor_.begin());
    if (!factorize(factor_, p_)) return false;
    std::ranges::copy(score_, step_.begin());
    forward_substitute(factor_, p_, step_);
    back_substitute(factor_, p_, step_);
    return true;
  }

  GeeClusters& clusters_;
  const GeeOptions& options_;
  Arena<double>& reals_;
  std::size_t p_;
  WorkingCorrelation correlation_;
  std::span<double> beta_;
  std::span<double> information_;
  std::span<double> factor_;
  std::span<double> inverse_;
  std::span<double> step_;
  std::span<double> score_;
  double scale_ = 1.0;
  int iterations_ = 0;
};

bool too_few(const TrialData& data, const RepeatedMeasures& measures, const Contrast& contrast) {
  std::size_t treatment = 0;
  std::size_t comparator = 0;
  for (const std::uint32_t i : measures.order) {
    treatment += data.arm[i] == contrast.treatment.value ? 1U : 0U;
    comparator += data.arm[i] == contrast.comparator.value ? 1U : 0U;
  }
  return contrast.of == Contrast::Of::arms ? treatment < 2 || comparator < 2 : treatment < 2;
}

void describe(EstimatingEquations& equations, const RepeatedMeasures& data, const MeanModel& mean,
              const GeeOptions& options, double df, FitDetails& details) {
  details.participants = data.participants;
  details.observations = data.observations;
  details.iterations = equations.iterations();
  details.variances.push_back({"correlation", {}, equations.correlation().value()});
  details.variances.push_back({"scale", {}, equations.scale()});
  const bool over_visits = options.clusters == GeeOptions::Clusters::participants;
  std::vector<double> l(mean.coefficients());
  for (std::size_t k = 0; k < l.size(); ++k) {
    const OwnCoefficient own = own_coefficient(data, mean, k, false, l);
    Coefficient& out = details.coefficients.emplace_back();
    out.term = own.term;
    if (!over_visits) out.term.visit.reset();
    for (std::size_t j = 0; j < l.size(); ++j) out.value += l[j] * equations.beta()[j];
    if (own.is_intercept && options.link == GeeOptions::Link::identity) out.value += data.origin;
    out.se = std::sqrt(equations.robust_variance(l));
    out.df = df;
  }
  if (!over_visits) return;
  EstimatedMatrix& matrix = details.covariance.emplace_back();
  matrix.name = "working_correlation";
  matrix.visits = data.visits;
  matrix.order = data.visits.size();
  for (const std::uint32_t a : data.positions) {
    for (const std::uint32_t b : data.positions) {
      matrix.values.push_back(a == b ? 1.0 : equations.correlation().at(a > b ? a - b : b - a));
    }
  }
}

}  // namespace

Estimate gee(const TrialData& data, const Contrast& contrast, const Question& question,
             const GeeOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  RepeatedFit& fit = workspace.repeated;
  fit.key.trial = 0;  // what is read here is no MMRM's
  fit.reals.reset();
  fit.indices.reset();
  const bool of_groups = options.clusters == GeeOptions::Clusters::therapy_groups;
  RepeatedSelection selection{options.adjust, options.arms, false};
  if (of_groups) selection.only_visit = contrast.visit;
  read_repeated_measures(data, contrast, selection, fit.reals, fit.indices, fit.data);
  if (fit.data.visits.empty() || too_few(data, fit.data, contrast)) return failed(FitStatus::too_few);
  const MeanModel mean(fit.data, {}, fit.reals, fit.indices);

  const std::span<double> full = workspace.reals.take(mean.full());
  const ContrastWeights weigh(fit.data, contrast, full);
  const std::span<double> of_visit = workspace.reals.take(fit.data.visits.size());
  if (!weigh(of_visit, workspace.reals.take(fit.data.columns.size()))) return failed(FitStatus::too_few);
  if (!mean.estimable(full)) return failed(FitStatus::singular);
  const std::span<double> l = workspace.reals.take(mean.coefficients());
  mean.compress_vector(full, l);

  if (of_groups && mean.coefficients() > most_order) return failed(FitStatus::singular);
  std::optional<VisitClusters> people;
  std::optional<GroupClusters> groups;
  GeeClusters& clusters = of_groups
                              ? static_cast<GeeClusters&>(groups.emplace(data, fit.data, mean, options.link,
                                                                         workspace.reals, workspace.indices))
                              : people.emplace(fit.data, mean, options.link, workspace.reals);
  const double df = options.df == GeeOptions::Df::normal
                        ? std::numeric_limits<double>::infinity()
                        : static_cast<double>(clusters.clusters()) - static_cast<double>(mean.coefficients());
  if (!(df > 0.0)) return failed(FitStatus::too_few);
  EstimatingEquations equations(clusters, options, workspace.reals);
  // With the logit nothing is taken off.
  const bool identity = options.link == GeeOptions::Link::identity;
  const FitStatus status = equations.solve(identity ? fit.data.origin : 0.0);
  if (status != FitStatus::ok) return failed(status);
  if (details != nullptr) describe(equations, fit.data, mean, options, df, *details);
  double value = 0.0;
  for (std::size_t k = 0; k < l.size(); ++k) value += l[k] * equations.beta()[k];
  const bool of_mean = contrast.of == Contrast::Of::mean;
  if (of_mean && options.link == GeeOptions::Link::identity) value += fit.data.origin;
  const double variance = equations.robust_variance(l);
  if (!(variance > 0.0)) return failed(FitStatus::singular);
  return student_test(value, std::sqrt(variance), df, question, workspace);
}

}  // namespace equipoise
