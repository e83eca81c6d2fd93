#include "engine/analysis/mixed/therapy_group.hpp"

#include <cmath>
#include <vector>

#include "engine/analysis/mixed/maximize_nested.hpp"
#include "engine/analysis/mixed/nested_data.hpp"
#include "engine/analysis/mixed/nested_likelihood.hpp"
#include "engine/analysis/rounding.hpp"
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

/// The variance of a linear function l of the coefficients, v = Phi l, and its degrees of freedom.
class NestedInference {
 public:
  NestedInference(const NestedData& people, NestedLikelihood& likelihood, const MixedOptions& options,
                  FitStatus status, Arena<double>& reals)
      : people_(people), likelihood_(likelihood), options_(options), status_(status), reals_(reals) {}

  [[nodiscard]] NestedSpread operator()(std::span<const double> v, double variance) {
    const std::size_t p = v.size();
    if (options_.df == DfMethod::between_within) {
      return {variance, static_cast<double>(people_.clusters()) - static_cast<double>(p)};
    }
    if (options_.df == DfMethod::residual) return {variance, static_cast<double>(people_.people() - p)};
    const std::size_t first = people_.has_groups() ? 0 : 1;
    return spread_of(likelihood_, v, variance, options_, status_ == FitStatus::ok, first, reals_);
  }

 private:
  const NestedData& people_;
  NestedLikelihood& likelihood_;
  const MixedOptions& options_;
  FitStatus status_;
  Arena<double>& reals_;
};

/// Coefficient k in the data's own columns. Covariates were centred, which the intercept takes back.
Coefficient estimated(const NestedData& people, const NestedLikelihood& likelihood, std::size_t k,
                      NestedInference& inference) {
  const std::size_t p = people.columns() - 1;
  std::vector<double> l(p);
  l[k] = 1.0;
  for (std::size_t j = 1; k == 0 && j < p; ++j) l[j] = -people.centre_of(j);
  std::vector<double> v(p);
  double value = k == 0 ? people.origin() : 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) v[i] += likelihood.phi()[i * p + j] * l[j];
    value += likelihood.coefficients()[i] * l[i];
    variance += v[i] * l[i];
  }
  const NestedSpread spread = inference(v, variance);
  if (!(spread.variance > 0.0)) return {people.term(k), value};
  return {people.term(k), value, std::sqrt(spread.variance), spread.df};
}

void describe(const NestedData& people, const NestedLikelihood& likelihood, int iterations,
              NestedInference& inference, FitDetails& details) {
  details.participants = details.observations = people.people();
  details.iterations = iterations;
  details.log_likelihood = likelihood.log_likelihood();
  for (std::size_t k = 0; k + 1 < people.columns(); ++k) {
    details.coefficients.push_back(estimated(people, likelihood, k, inference));
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
  const double spread_of_all = std::sqrt(squares / static_cast<double>(people.people()));
  if (is_rounding(spread_of_all, people.origin())) return failed(FitStatus::singular);
  const auto [status, iterations] =
      maximize_nested(likelihood, squares / static_cast<double>(people.people()), people, workspace.reals);
  if (status != FitStatus::ok && status != FitStatus::boundary) return failed(status);
  NestedInference inference(people, likelihood, options, status, workspace.reals);
  if (details != nullptr) describe(people, likelihood, iterations, inference, *details);

  const std::span<double> v = workspace.reals.take(p);
  for (std::size_t k = 0; k < p; ++k) v[k] = likelihood.phi()[k * p + people.treatment()];
  const NestedSpread spread = inference(v, v[people.treatment()]);
  if (!(spread.variance > 0.0) || !(spread.df > 0.0)) return failed(FitStatus::singular);
  Estimate estimate = student_test(likelihood.coefficients()[people.treatment()], std::sqrt(spread.variance),
                                   spread.df, question, workspace);
  estimate.status = status;
  return estimate;
}

}  // namespace equipoise
