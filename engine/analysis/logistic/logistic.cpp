#include "engine/analysis/logistic/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/analysis/logistic/logistic_model.hpp"
#include "engine/analysis/logistic/measures.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/root.hpp"

namespace equipoise {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
// A limit of a profile likelihood is looked for as far as Wald's first, then twice as far, and so on: in a
// leap the other coefficients would be sought from too far.
constexpr int most_doublings = 12;

/// The signed root of twice the difference of log-likelihoods, the treatment's coefficient free and held.
class LikelihoodRatio {
 public:
  explicit LikelihoodRatio(LogisticModel& model)
      : model_(model), best_(model.log_likelihood()), value_(model.beta()[0]) {}

  [[nodiscard]] double operator()(double null) {
    if (model_.maximize(null) != FitStatus::ok) return std::nan("");
    const double twice = 2.0 * (best_ - model_.log_likelihood());
    return std::copysign(std::sqrt(std::max(0.0, twice)), value_ - null);
  }
  /// Where the root is z: a confidence limit of the profile likelihood. Infinite where none is found.
  [[nodiscard]] double limit(double z, double se) {
    const auto beyond = [&](double null) { return (*this)(null)-z; };
    double near = value_;
    double far = value_ - z * se;
    for (int doubling = 0; doubling < most_doublings; ++doubling) {
      const double at_far = beyond(far);
      if (std::isnan(at_far)) break;
      if (z * at_far >= 0.0) return find_root(beyond, std::min(near, far), std::max(near, far));
      near = far;
      far = value_ + 2.0 * (far - value_);
    }
    return std::copysign(infinite, -z);
  }

 private:
  LogisticModel& model_;
  double best_;
  double value_;
};

void describe(const LogisticModel& model, const LogisticOptions& options, FitDetails& details) {
  details.participants = details.observations = model.count();
  details.iterations = model.iterations();
  details.log_likelihood = model.log_likelihood();
  std::vector<double> weights(model.coefficients());
  for (std::size_t k = 0; k < weights.size(); ++k) {
    model.own_weights(k, weights);
    Coefficient& out = details.coefficients.emplace_back();
    out.term = model.term(k);
    for (std::size_t j = 0; j < weights.size(); ++j) out.value += weights[j] * model.beta()[j];
    out.se = std::sqrt(variance_of(model, options.se, weights));
    out.df = infinite;
  }
}

}  // namespace

Estimate logistic(const TrialData& data, const Contrast& contrast, const Question& question,
                  const LogisticOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  const Sample sample = observed_sample(data, contrast, options.arms, options.adjust, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  LogisticModel model(data, contrast, options, sample, workspace);
  if (model.count() <= model.coefficients()) return failed(FitStatus::too_few);
  const FitStatus status = model.maximize();
  if (status != FitStatus::ok) return failed(status);
  if (details != nullptr) describe(model, options, *details);

  const std::span<double> direction = workspace.reals.take(model.coefficients());
  const bool odds = options.measure == LogisticOptions::Measure::odds_ratio;
  const Measured answer =
      odds ? odds_ratio(model, options.se, direction) : standardized(model, options, direction);
  if (!(answer.variance > 0.0)) return failed(FitStatus::singular);
  Estimate estimate = student_test(answer.value, std::sqrt(answer.variance), infinite, question, workspace);
  if (options.test == LogisticOptions::Test::wald) return estimate;

  // The hypothesis that the treatment's coefficient is zero is the same for every measure; another null value
  // is one of the log odds ratio only.
  LikelihoodRatio ratio(model);
  const auto statistic = [&](double null) {
    if (odds || null == 0.0) return ratio(null);
    return (answer.value - null) / estimate.se;
  };
  const Question::Answer asked = question.ask(statistic, [](double z) { return normal_cdf(-z); });
  if (std::isnan(asked.statistic)) return failed(FitStatus::not_converged);
  estimate.statistic = asked.statistic;
  estimate.p = asked.p;
  if (odds) {
    const double z = workspace.quantiles(0.5 + 0.5 * question.confidence(), infinite);
    estimate.lower = ratio.limit(z, estimate.se);
    estimate.upper = ratio.limit(-z, estimate.se);
  }
  return estimate;
}

}  // namespace equipoise
