#include "engine/analysis/mmrm/describe.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace equipoise {
namespace {

Coefficient estimated(RepeatedFit& fit, const InferenceRules& rules, std::size_t coefficient, bool over_time,
                      Arena<double>& reals) {
  std::vector<double> l(fit.mean->coefficients());
  const OwnCoefficient own = own_coefficient(fit.data, *fit.mean, coefficient, over_time, l);
  Coefficient out{own.term};
  for (std::size_t k = 0; k < l.size(); ++k) out.value += l[k] * fit.likelihood->coefficients()[k];
  if (own.is_intercept) out.value += fit.data.origin;
  const Spread spread = spread_of(fit, rules, l, fit.mean->origin_of(coefficient).times_month, reals);
  if (spread.found) out.se = std::sqrt(spread.variance);
  if (spread.found) out.df = spread.df;
  return out;
}

/// REML's log|X'V^-1X| depends on the unit of the columns: what it takes to have it of the data's own.
double log_scale(const RepeatedFit& fit) {
  if (fit.likelihood->kind() == Likelihood::ml) return 0.0;
  double total = 0.0;
  for (std::size_t k = 0; k < fit.mean->coefficients(); ++k) {
    total -= std::log(fit.data.columns[fit.mean->origin_of(k).entry % fit.data.columns.size()].scale);
  }
  return total;
}

}  // namespace

OwnCoefficient own_coefficient(const RepeatedMeasures& data, const MeanModel& mean, std::size_t coefficient,
                               bool over_time, std::span<double> l) {
  const std::size_t q = data.columns.size();
  const MeanModel::Origin origin = mean.origin_of(coefficient);
  const std::size_t visit = origin.entry / q;
  const MeanColumn& column = data.columns[origin.entry % q];
  std::ranges::fill(l, 0.0);
  l[coefficient] = 1.0 / column.scale;
  OwnCoefficient own{column.term, column.term.kind == Term::Kind::intercept && !origin.times_month};
  if (own.is_intercept) {
    for (std::size_t k = 1; k < q; ++k) {
      const std::size_t other = mean.coefficient_of(visit * q + k);
      if (other < l.size()) l[other] -= data.columns[k].centre / data.columns[k].scale;
    }
  }
  if (origin.times_month) {
    own.term.kind = column.term.kind == Term::Kind::arm ? Term::Kind::arm_time : Term::Kind::time;
  } else if (!over_time && column.by_visit) {
    own.term.visit = data.visits[visit];
  }
  return own;
}

void describe(RepeatedFit& fit, const InferenceRules& rules, bool over_time, Arena<double>& reals,
              FitDetails& details) {
  details.participants = fit.data.participants;
  details.observations = fit.data.observations;
  details.iterations = fit.iterations;
  if (fit.status != FitStatus::ok && fit.status != FitStatus::boundary) return;
  details.log_likelihood = fit.likelihood->log_likelihood() + log_scale(fit);
  for (std::size_t k = 0; k < fit.mean->coefficients(); ++k) {
    details.coefficients.push_back(estimated(fit, rules, k, over_time, reals));
  }
  for (std::size_t g = 0; g < fit.data.groups; ++g) {
    EstimatedMatrix matrix;
    matrix.name = "visits";
    if (fit.data.groups > 1) matrix.arm = id_at<ArmId>(fit.data.arms[g]);
    matrix.visits = fit.data.visits;
    matrix.order = fit.data.visits.size();
    const std::span<const double> sigma = fit.likelihood->sigma(g);
    matrix.values.assign(sigma.begin(), sigma.end());
    details.covariance.push_back(std::move(matrix));
  }
}

}  // namespace equipoise
