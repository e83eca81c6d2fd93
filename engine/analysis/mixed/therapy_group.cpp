#include "engine/analysis/mixed/therapy_group.hpp"

#include <cmath>

#include "engine/analysis/mixed/maximize_nested.hpp"
#include "engine/analysis/mixed/nested_data.hpp"
#include "engine/analysis/mixed/nested_likelihood.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

struct NestedSpread {
  double variance = 0.0;
  double df = 0.0;
};

/// Satterthwaite and Kenward and Roger, as in engine/methods/mmrm.md. Where the variance between groups is
/// zero the expected information, which still knows that it might not have been, stands in for the observed.
NestedSpread spread_of(NestedLikelihood& likelihood, std::span<const double> v, double variance,
                       const MixedOptions& options, bool interior, std::size_t first, Arena<double>& reals) {
  const std::size_t m = likelihood.parameters();
  const std::size_t free = m - first;
  const std::span<double> information = reals.take(m * m);
  const bool observed = options.information == Information::observed && interior;
  likelihood.find_information(observed ? NestedLikelihood::Of::observed : NestedLikelihood::Of::expected,
                              information);
  const std::span<double> factor = reals.take(free * free);
  for (std::size_t k = 0; k < free; ++k) {
    for (std::size_t l = 0; l < free; ++l) factor[k * free + l] = information[(k + first) * m + l + first];
  }
  if (!factorize(factor, free)) return {};
  const std::span<double> w = reals.take(free * free);
  invert(factor, free, w);
  const std::span<double> whole = reals.take_zeros(m * m);
  for (std::size_t k = 0; k < free; ++k) {
    for (std::size_t l = 0; l < free; ++l) whole[(k + first) * m + l + first] = w[k * free + l];
  }
  const std::span<double> gradient = reals.take(m);
  likelihood.find_variance_gradient(v, gradient);
  double spread = 0.0;
  for (std::size_t k = 0; k < m; ++k) {
    for (std::size_t l = 0; l < m; ++l) spread += gradient[k] * whole[k * m + l] * gradient[l];
  }
  const bool adjusts = options.df != DfMethod::satterthwaite;
  const double excess = adjusts ? likelihood.kenward_roger_excess(v, whole) : 0.0;
  return {variance + 2.0 * excess, 2.0 * variance * variance / spread};
}

void describe(const NestedData& people, const NestedLikelihood& likelihood, int iterations,
              FitDetails& details) {
  details.participants = details.observations = people.people();
  details.iterations = iterations;
  details.log_likelihood = likelihood.log_likelihood();
  const std::size_t p = people.columns() - 1;
  for (std::size_t k = 0; k < p; ++k) {
    double value = likelihood.coefficients()[k];
    double variance = likelihood.phi()[k * p + k];
    if (k == 0) {
      value += people.origin();
      for (std::size_t j = 1; j < p; ++j) {
        value -= likelihood.coefficients()[j] * people.centre_of(j);
        variance -= 2.0 * people.centre_of(j) * likelihood.phi()[j];
        for (std::size_t h = 1; h < p; ++h) {
          variance += people.centre_of(j) * people.centre_of(h) * likelihood.phi()[j * p + h];
        }
      }
    }
    details.coefficients.push_back({people.term(k), value, std::sqrt(variance)});
  }
  details.variances.push_back({"therapy_group", {}, likelihood.theta()[0]});
  for (std::size_t r = 0; r < people.residuals(); ++r) {
    EstimatedVariance residual{"residual", {}, likelihood.theta()[1 + r]};
    if (people.residuals() > 1) residual.arm = people.arm_of_residual(r);
    details.variances.push_back(residual);
  }
}

}  // namespace

Estimate therapy_group(const TrialData& data, const Contrast& contrast, const Question& question,
                       const MixedOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  const Sample sample = observed_sample(data, contrast, options.arms, options.adjust, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  const NestedData people(data, contrast, options, sample, workspace);
  const std::size_t p = people.columns() - 1;
  if (people.too_wide()) return failed(FitStatus::singular);
  if (people.people() <= p) return failed(FitStatus::too_few);

  NestedLikelihood likelihood(people.classes(), people.columns(), people.residuals(), options.likelihood,
                              workspace.reals);
  double squares = 0.0;
  for (const ClusterClass& of : people.classes()) squares += of.products[p * people.columns() + p];
  if (!(squares > 0.0)) return failed(FitStatus::singular);
  const auto [status, iterations] =
      maximize_nested(likelihood, squares / static_cast<double>(people.people()), people, workspace.reals);
  if (status != FitStatus::ok && status != FitStatus::boundary) return failed(status);
  if (details != nullptr) describe(people, likelihood, iterations, *details);

  const std::span<double> v = workspace.reals.take(p);
  for (std::size_t k = 0; k < p; ++k) v[k] = likelihood.phi()[k * p + people.treatment()];
  const double variance = v[people.treatment()];
  NestedSpread spread{variance, static_cast<double>(people.people() - p)};
  if (options.df == DfMethod::between_within) {
    spread.df = static_cast<double>(people.clusters()) - static_cast<double>(p);
  } else if (options.df != DfMethod::residual) {
    const std::size_t first = people.has_groups() ? 0 : 1;
    spread = spread_of(likelihood, v, variance, options, status == FitStatus::ok, first, workspace.reals);
  }
  if (!(spread.variance > 0.0) || !(spread.df > 0.0)) return failed(FitStatus::singular);
  Estimate estimate = student_test(likelihood.coefficients()[people.treatment()], std::sqrt(spread.variance),
                                   spread.df, question, workspace);
  estimate.status = status;
  return estimate;
}

}  // namespace equipoise
