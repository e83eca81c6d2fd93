#include "engine/analysis/mmrm/describe.hpp"

#include <cmath>
#include <vector>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

/// The coefficient of the data's own columns that belongs to a free coefficient: covariates were centred and
/// scaled, outcomes taken from an origin.
class Unscaled {
 public:
  explicit Unscaled(const RepeatedFit& fit) : fit_(fit), q_(fit.data.columns.size()) {}

  [[nodiscard]] Coefficient operator()(std::size_t coefficient, bool over_time) const {
    const MeanModel::Origin origin = fit_.mean->origin_of(coefficient);
    const std::size_t visit = origin.entry / q_;
    const std::size_t j = origin.entry % q_;
    const MeanColumn& column = fit_.data.columns[j];
    std::vector<double> l(fit_.mean->coefficients());
    l[coefficient] = 1.0 / column.scale;
    Coefficient out{column.term};
    const bool intercept = column.term.kind == Term::Kind::intercept && !origin.times_month;
    if (intercept) {
      for (std::size_t k = 1; k < q_; ++k) {
        const std::size_t other = fit_.mean->coefficient_of(visit * q_ + k);
        if (other < l.size()) l[other] -= fit_.data.columns[k].centre / fit_.data.columns[k].scale;
      }
    }
    for (std::size_t k = 0; k < l.size(); ++k) out.value += l[k] * fit_.likelihood->coefficients()[k];
    if (intercept) out.value += fit_.data.origin;
    solve_transposed(fit_.likelihood->factor(), l.size(), l, 1);
    double variance = 0.0;
    for (const double part : l) variance += part * part;
    out.se = std::sqrt(variance);
    if (origin.times_month) {
      out.term.kind = column.term.kind == Term::Kind::arm ? Term::Kind::arm_time : Term::Kind::time;
    } else if (!over_time && column.by_visit) {
      out.term.visit = fit_.data.visits[visit];
    }
    return out;
  }

 private:
  const RepeatedFit& fit_;
  std::size_t q_;
};

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

void describe(const RepeatedFit& fit, bool over_time, FitDetails& details) {
  details.participants = fit.data.participants;
  details.observations = fit.data.observations;
  details.iterations = fit.iterations;
  if (fit.status != FitStatus::ok && fit.status != FitStatus::boundary) return;
  details.log_likelihood = fit.likelihood->log_likelihood() + log_scale(fit);
  const Unscaled unscaled(fit);
  for (std::size_t k = 0; k < fit.mean->coefficients(); ++k) {
    details.coefficients.push_back(unscaled(k, over_time));
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
