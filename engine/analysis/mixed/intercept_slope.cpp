#include "engine/analysis/mixed/intercept_slope.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "engine/analysis/mmrm/describe.hpp"
#include "engine/analysis/mmrm/fit_repeated.hpp"
#include "engine/analysis/mmrm/inference.hpp"
#include "engine/base/expects.hpp"

namespace equipoise {
namespace {

/// Covariance of the random intercept and slope, and the residual variance.
struct RandomEffects {
  double intercept;
  double both;
  double slope;
  double residual;

  [[nodiscard]] bool possible() const {
    return intercept >= 0.0 && slope >= 0.0 && intercept * slope - both * both >= 0.0;
  }
};

RandomEffects random_effects(CovarianceModel::Form form, std::span<const double> theta) {
  switch (form) {
    case CovarianceModel::Form::slope:
      return {theta[0], theta[1], theta[2], theta[3]};
    case CovarianceModel::Form::slope_rank_1:
      return {theta[0] * theta[0], theta[0] * theta[1], theta[1] * theta[1], theta[2]};
    default:
      return {0.0, 0.0, 0.0, theta[0]};
  }
}

// Random effects of no more than this share of the residual variance at every visit are rounding.
constexpr double least_share = 1e-10;

bool vary(const RandomEffects& effects, std::span<const double> months) {
  return std::ranges::any_of(months, [&](double month) {
    const double of_visit = effects.intercept + 2.0 * effects.both * month + effects.slope * month * month;
    return of_visit > least_share * effects.residual;
  });
}

/// The maximum over covariances that random effects can have: where it is not inside, intercept and slope are
/// in step (or one does not vary), or neither varies. Returns the form that it was found in.
CovarianceModel::Form fit_random_effects(Likelihood kind, std::span<const double> months, RepeatedFit& fit) {
  using Form = CovarianceModel::Form;
  fit_covariance(CovarianceModel(Form::slope, months), kind, months, fit);
  if (fit.status == FitStatus::too_few) return Form::slope;
  if (fit.status == FitStatus::ok && random_effects(Form::slope, fit.likelihood->theta()).possible()) {
    return Form::slope;
  }
  int iterations = fit.iterations;
  for (const Form form : {Form::slope_rank_1, Form::independent}) {
    fit_covariance(CovarianceModel(form, months), kind, months, fit);
    iterations += fit.iterations;
    if (fit.status != FitStatus::ok) continue;
    // Zero is always a place where D = a a' stands still, and none of its parameters means anything there.
    const RandomEffects effects = random_effects(form, fit.likelihood->theta());
    if (form == Form::slope_rank_1 && !vary(effects, months)) continue;
    fit.status = FitStatus::boundary;
    fit.iterations = iterations;
    return form;
  }
  return Form::independent;
}

void describe_random_effects(const RandomEffects& effects, FitDetails& details) {
  EstimatedMatrix matrix;
  matrix.name = "random_effects";
  matrix.order = 2;
  matrix.values = {effects.intercept, effects.both, effects.both, effects.slope};
  details.covariance.insert(details.covariance.begin(), std::move(matrix));
  details.variances.push_back({"residual", {}, effects.residual});
}

}  // namespace

Estimate intercept_slope(const TrialData& data, const Contrast& contrast, const Question& question,
                         const MixedOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  RepeatedFit& fit = workspace.repeated;
  fit.key.trial = 0;  // no MMRM may take this fit for its own
  fit.reals.reset();
  fit.indices.reset();
  read_repeated_measures(data, contrast, {options.adjust, options.arms, false}, fit.reals, fit.indices,
                         fit.data);
  if (fit.data.visits.size() < 2) return failed(FitStatus::too_few);
  const std::span<double> months = fit.reals.take(fit.data.visits.size());
  for (std::size_t t = 0; t < months.size(); ++t) {
    EQUIPOISE_EXPECTS(fit.data.visits[t].index() < options.months.size());
    months[t] = options.months[fit.data.visits[t].index()];
  }
  const CovarianceModel::Form form = fit_random_effects(options.likelihood, months, fit);
  const InferenceRules rules{options.df, StandardError::model, options.information};
  if (details != nullptr) {
    describe(fit, rules, true, workspace.reals, *details);
    if (fit.status == FitStatus::ok || fit.status == FitStatus::boundary) {
      describe_random_effects(random_effects(form, fit.likelihood->theta()), *details);
    }
  }
  return infer(fit, contrast, question, rules, workspace);
}

}  // namespace equipoise
