#include "engine/analysis/mmrm/repeated_likelihood.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/analysis/mmrm/over_visits.hpp"
#include "engine/numeric/cholesky.hpp"

// Notation of this file, as in engine/methods/mmrm.md: T visits, q columns of x, p free coefficients; of a
// pattern W its zero-padded inverse covariance, A = sum xx', R = sum rx', E = sum rr', H = sum X Phi X'.

namespace equipoise {

RepeatedLikelihood::RepeatedLikelihood(const RepeatedMeasures& data, const MeanModel& mean,
                                       const CovarianceModel& covariance, Likelihood kind,
                                       Arena<double>& reals)
    : data_(&data),
      mean_(&mean),
      covariance_(covariance),
      derivatives_(covariance, data.groups, reals),
      kind_(kind),
      visits_(data.visits.size()),
      q_(data.columns.size()),
      p_(mean.coefficients()) {
  const std::size_t groups = data.groups;
  const std::size_t patterns = data.patterns.size();
  theta_ = reals.take(parameters());
  sigma_ = reals.take(groups * square());
  weights_ = reals.take(patterns * square());
  log_det_ = reals.take(patterns);
  rx_ = reals.take_zeros(patterns * visits_ * q_);
  rr_ = reals.take_zeros(patterns * square());
  h_ = reals.take(patterns * square());
  inner_ = reals.take(patterns * square());
  spread_ = reals.take(patterns * square());
  full_ = reals.take(mean.full() * mean.full());
  factor_ = reals.take(p_ * p_);
  beta_ = reals.take(p_);
  full_beta_ = reals.take(mean.full());
  phi_ = reals.take(p_ * p_);
  full_phi_ = reals.take(mean.full() * mean.full());
  over_sigma_ = reals.take(groups * square());
  gradient_ = reals.take(parameters());
  over_entries_ = reals.take(groups * entries());
  small_ = reals.take(2 * square());
  full_vector_ = reals.take(mean.full());
  block_ = reals.take(p_ * p_);
}

/// W and log |Sigma_oo| of a pattern from the covariance of its group. log_det_ is NaN where it has none.
void RepeatedLikelihood::invert_pattern(std::size_t index) {
  const MissingnessPattern& pattern = data_->patterns[index];
  const double* const sigma = sigma_.data() + pattern.group * square();
  double* const weights = weights_.data() + index * square();
  std::array<std::size_t, 32> at{};
  std::size_t count = 0;
  for (std::size_t t = 0; t < visits_; ++t) {
    if (pattern.seen(t)) at[count++] = t;
  }
  double* const block = small_.data();
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b <= a; ++b) block[a * count + b] = sigma[at[a] * visits_ + at[b]];
  }
  const std::span<double> factor(block, count * count);
  // A covariance is singular only where rounding makes it so: a correlation may come as near to one as it
  // likes while digits are left.
  constexpr double least_share = 1e-13;
  if (!factorize(factor, count, least_share)) {
    log_det_[index] = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  log_det_[index] = log_determinant(factor, count);
  const std::span<double> inverse(small_.data() + square(), count * count);
  invert(factor, count, inverse);
  std::fill(weights, weights + square(), 0.0);
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b) weights[at[a] * visits_ + at[b]] = inverse[a * count + b];
  }
}

/// Generalized least squares at the covariances at hand.
///
///   X'V^-1X = sum W (x) A,   X'V^-1y = sum W (yx),   beta = (X'V^-1X)^-1 X'V^-1y
///   R = yx - B A,   E = yy - B yx' - R B'   of a pattern, B the coefficients as visits x columns
template <std::size_t Fixed>
bool RepeatedLikelihood::solve_mean() {
  const std::size_t visits = size_or<Fixed>(visits_);
  const std::size_t q = q_;
  const std::size_t full = visits * q;
  std::fill_n(full_.begin(), full * full, 0.0);
  std::fill(full_vector_.begin(), full_vector_.end(), 0.0);
  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    const MissingnessPattern& pattern = data_->patterns[index];
    const double* const w = weights_.data() + index * visits * visits;
    for (std::size_t t = 0; t < visits; ++t) {
      if (!pattern.seen(t)) continue;
      double* const of_visit = full_vector_.data() + t * q;
      for (std::size_t s = 0; s < visits; ++s) {
        const double weight = w[t * visits + s];
        for (std::size_t j = 0; j < q; ++j) of_visit[j] += weight * pattern.yx[s * q + j];
        if (s < t) continue;
        for (std::size_t j = 0; j < q; ++j) {
          double* const row = full_.data() + (t * q + j) * full + s * q;
          const double* const xx = pattern.xx.data() + j * q;
          for (std::size_t k = 0; k < q; ++k) row[k] += weight * xx[k];
        }
      }
    }
  }
  mean_->compress(full_, factor_);
  mean_->compress_vector(full_vector_, beta_);
  if (!factorize_upper(factor_, p_)) return false;
  solve_transposed(factor_, p_, beta_, 1);
  solve_upper(factor_, p_, beta_);
  mean_->expand_vector(beta_, full_beta_);

  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    const MissingnessPattern& pattern = data_->patterns[index];
    double* const rx = rx_.data() + index * full;
    double* const rr = rr_.data() + index * visits * visits;
    for (std::size_t t = 0; t < visits; ++t) {
      if (!pattern.seen(t)) continue;
      const double* const b = full_beta_.data() + t * q;
      for (std::size_t j = 0; j < q; ++j) rx[t * q + j] = pattern.yx[t * q + j];
      for (std::size_t k = 0; k < q; ++k) {
        for (std::size_t j = 0; j < q; ++j) rx[t * q + j] -= b[k] * pattern.xx[k * q + j];
      }
      for (std::size_t s = 0; s <= t; ++s) {
        if (!pattern.seen(s)) continue;
        const double* const b_s = full_beta_.data() + s * q;
        double value = pattern.yy[t * visits + s];
        for (std::size_t j = 0; j < q; ++j) value -= b[j] * pattern.yx[s * q + j] + rx[t * q + j] * b_s[j];
        rr[t * visits + s] = value;
        rr[s * visits + t] = value;
      }
    }
  }
  return true;
}

/// -2 l = sum n log|Sigma_oo| + [log|X'V^-1X|] + sum tr(W E) + (N - [p]) log 2 pi,   [REML only]
bool RepeatedLikelihood::go_to(std::span<const double> theta) {
  std::ranges::copy(theta, theta_.begin());
  ++step_;
  const std::size_t of_group = covariance_.parameters();
  for (std::size_t g = 0; g < data_->groups; ++g) {
    if (!covariance_.covariance(theta_.subspan(g * of_group, of_group),
                                sigma_.subspan(g * square(), square()))) {
      return false;
    }
  }
  double twice = 0.0;
  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    invert_pattern(index);
    if (!std::isfinite(log_det_[index])) return false;
    twice += static_cast<double>(data_->patterns[index].count) * log_det_[index];
  }
  if (!for_visits(visits_, [&]<std::size_t T>() { return solve_mean<T>(); })) return false;
  for (std::size_t at = 0; at < weights_.size(); ++at) twice += weights_[at] * rr_[at];
  auto constants = static_cast<double>(data_->observations);
  if (kind_ == Likelihood::reml) {
    constants -= static_cast<double>(p_);
    twice += log_determinant(factor_, p_);
  }
  log_likelihood_ = -0.5 * (twice + constants * std::log(2.0 * std::numbers::pi));
  return std::isfinite(log_likelihood_);
}

/// G = sum n W - W (E + H) W,   H = sum X Phi X'   [H in REML only]
template <std::size_t Fixed>
void RepeatedLikelihood::gradient_over_sigma() {
  const std::size_t visits = size_or<Fixed>(visits_);
  const std::size_t q = q_;
  const std::size_t full = visits * q;
  std::fill(over_sigma_.begin(), over_sigma_.end(), 0.0);
  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    const MissingnessPattern& pattern = data_->patterns[index];
    const std::size_t at = index * visits * visits;
    double* const h = h_.data() + at;
    std::fill(h, h + visits * visits, 0.0);
    for (std::size_t t = 0; t < visits; ++t) {
      if (!pattern.seen(t)) continue;
      for (std::size_t s = 0; s <= t; ++s) {
        if (!pattern.seen(s)) continue;
        double value = 0.0;
        for (std::size_t j = 0; j < q; ++j) {
          const double* const phi = full_phi_.data() + (t * q + j) * full + s * q;
          for (std::size_t k = 0; k < q; ++k) value += phi[k] * pattern.xx[j * q + k];
        }
        h[t * visits + s] = value;
        h[s * visits + t] = value;
      }
    }
    sandwich<Fixed>(weights_.data() + at, rr_.data() + at, visits, small_.data(), inner_.data() + at);
    sandwich<Fixed>(weights_.data() + at, h, visits, small_.data(), spread_.data() + at);
    double* const g = over_sigma_.data() + pattern.group * visits * visits;
    const auto n = static_cast<double>(pattern.count);
    const double with_h = kind_ == Likelihood::reml ? 1.0 : 0.0;
    for (std::size_t e = 0; e < visits * visits; ++e) {
      g[e] += n * weights_[at + e] - inner_[at + e] - with_h * spread_[at + e];
    }
  }
}

/// d l / d theta_k = -1/2 sum_ab G_ab dSigma_ab / d theta_k
void RepeatedLikelihood::find_gradient() {
  // U^-T, then Phi = (U^-T)' U^-T.
  std::fill(block_.begin(), block_.end(), 0.0);
  for (std::size_t i = 0; i < p_; ++i) block_[i * p_ + i] = 1.0;
  solve_transposed(factor_, p_, block_, p_);
  std::fill(phi_.begin(), phi_.end(), 0.0);
  for (std::size_t k = 0; k < p_; ++k) {
    const double* const row = block_.data() + k * p_;
    for (std::size_t i = 0; i <= k; ++i) {
      for (std::size_t j = 0; j <= k; ++j) phi_[i * p_ + j] += row[i] * row[j];
    }
  }
  mean_->expand(phi_, full_phi_);
  for_visits(visits_, [&]<std::size_t T>() { gradient_over_sigma<T>(); });
  derivatives_.go_to(theta_);
  for (std::size_t g = 0; g < data_->groups; ++g) {
    for (std::size_t a = 0; a < visits_; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const double value = over_sigma_[g * square() + a * visits_ + b];
        over_entries_[g * entries() + packed(a, b)] = a == b ? -0.5 * value : -value;
      }
    }
  }
  derivatives_.gradient(over_entries_, gradient_);
}

}  // namespace equipoise
