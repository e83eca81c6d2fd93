#include "engine/analysis/mmrm/repeated_likelihood.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/numeric/cholesky.hpp"
#include "engine/numeric/sums.hpp"

// Notation of this file, as in engine/methods/mmrm.md: T visits, q columns of x, p free coefficients; of a
// pattern W its zero-padded inverse covariance, A = sum xx', R = sum rx', E = sum rr', H = sum X Phi X'.
// E_u is the symmetric matrix of ones that entry u = (a, b) of Sigma multiplies.

namespace equipoise {
namespace {

/// Calls work<T>() with the number of visits as a constant where it is small, else work<0>().
template <class Work>
decltype(auto) for_visits(std::size_t visits, Work&& work) {
  switch (visits) {
    case 2:
      return work.template operator()<2>();
    case 3:
      return work.template operator()<3>();
    case 4:
      return work.template operator()<4>();
    case 5:
      return work.template operator()<5>();
    case 6:
      return work.template operator()<6>();
    default:
      return work.template operator()<0>();
  }
}

template <std::size_t Fixed>
[[nodiscard]] constexpr std::size_t size_or(std::size_t size) {
  return Fixed > 0 ? Fixed : size;
}

/// out = W S W for symmetric W and S of order T; `half` is scratch of the same size.
template <std::size_t Fixed>
void sandwich(const double* w, const double* s, std::size_t order, double* half, double* out) {
  const std::size_t T = size_or<Fixed>(order);
  const auto product = [T](const double* left, const double* right, double* result) {
    for (std::size_t a = 0; a < T; ++a) {
      double* const row = result + a * T;
      for (std::size_t c = 0; c < T; ++c) row[c] = left[a * T] * right[c];
      for (std::size_t b = 1; b < T; ++b) {
        const double factor = left[a * T + b];
        for (std::size_t c = 0; c < T; ++c) row[c] += factor * right[b * T + c];
      }
    }
  };
  product(w, s, half);
  product(half, w, out);
}

/// The columns of row-by-row matrices: out (T x q) = W (T x T) times x (T x q).
template <std::size_t Fixed>
void times(const double* w, const double* x, std::size_t order, std::size_t q, double* out) {
  const std::size_t T = size_or<Fixed>(order);
  for (std::size_t a = 0; a < T; ++a) {
    double* const row = out + a * q;
    std::fill(row, row + q, 0.0);
    for (std::size_t b = 0; b < T; ++b) {
      const double factor = w[a * T + b];
      for (std::size_t j = 0; j < q; ++j) row[j] += factor * x[b * q + j];
    }
  }
}

bool seen(const MissingnessPattern& pattern, std::size_t visit) {
  return ((pattern.mask >> visit) & 1U) != 0;
}

}  // namespace

RepeatedLikelihood::RepeatedLikelihood(const RepeatedMeasures& data, const MeanModel& mean,
                                       const CovarianceModel& covariance, Likelihood kind,
                                       Arena<double>& reals)
    : data_(&data),
      mean_(&mean),
      covariance_(covariance),
      kind_(kind),
      visits_(data.visits.size()),
      q_(data.columns.size()),
      p_(mean.coefficients()) {
  const std::size_t groups = data.groups;
  const std::size_t patterns = data.patterns.size();
  const std::size_t all_entries = groups * entries();
  theta_ = reals.take(parameters());
  sigma_ = reals.take(groups * square());
  weights_ = reals.take(patterns * square());
  log_det_ = reals.take(patterns);
  rx_ = reals.take_zeros(patterns * visits_ * q_);
  rr_ = reals.take_zeros(patterns * square());
  h_ = reals.take(patterns * square());
  inner_ = reals.take(patterns * square());
  spread_ = reals.take(patterns * square());
  v_outer_ = reals.take(patterns * square());
  full_ = reals.take(mean.full() * std::max(mean.full(), entries()));
  factor_ = reals.take(p_ * p_);
  beta_ = reals.take(p_);
  full_beta_ = reals.take(mean.full());
  phi_ = reals.take(p_ * p_);
  full_phi_ = reals.take(mean.full() * mean.full());
  over_sigma_ = reals.take(groups * square());
  gradient_ = reals.take(parameters());
  jacobian_ = reals.take(groups * entries() * covariance.parameters());
  traces_ = reals.take(all_entries * p_ * p_);
  projected_ = reals.take(all_entries * p_);
  curvature_ = reals.take(all_entries * all_entries);
  half_way_ = reals.take(std::max(all_entries, parameters()) * parameters());
  small_ = reals.take(2 * square() + 2 * visits_ * q_);
  quadratic_ = reals.take(entries() * square());
  vx_ = reals.take(patterns * visits_ * q_);
  v_sums_ = reals.take(groups * square());
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
    if (seen(pattern, t)) at[count++] = t;
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
  const std::size_t T = size_or<Fixed>(visits_);
  const std::size_t q = q_;
  const std::size_t full = T * q;
  std::fill_n(full_.begin(), full * full, 0.0);
  std::fill(full_vector_.begin(), full_vector_.end(), 0.0);
  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    const MissingnessPattern& pattern = data_->patterns[index];
    const double* const w = weights_.data() + index * T * T;
    for (std::size_t t = 0; t < T; ++t) {
      if (!seen(pattern, t)) continue;
      double* const of_visit = full_vector_.data() + t * q;
      for (std::size_t s = 0; s < T; ++s) {
        const double weight = w[t * T + s];
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
    double* const rr = rr_.data() + index * T * T;
    for (std::size_t t = 0; t < T; ++t) {
      if (!seen(pattern, t)) continue;
      const double* const b = full_beta_.data() + t * q;
      for (std::size_t j = 0; j < q; ++j) rx[t * q + j] = pattern.yx[t * q + j];
      for (std::size_t k = 0; k < q; ++k) {
        for (std::size_t j = 0; j < q; ++j) rx[t * q + j] -= b[k] * pattern.xx[k * q + j];
      }
      for (std::size_t s = 0; s <= t; ++s) {
        if (!seen(pattern, s)) continue;
        const double* const b_s = full_beta_.data() + s * q;
        double value = pattern.yy[t * T + s];
        for (std::size_t j = 0; j < q; ++j) value -= b[j] * pattern.yx[s * q + j] + rx[t * q + j] * b_s[j];
        rr[t * T + s] = value;
        rr[s * T + t] = value;
      }
    }
  }
  return true;
}

/// -2 l = sum n log|Sigma_oo| + [log|X'V^-1X|] + sum tr(W E) + (N - [p]) log 2 pi,   [REML only]
bool RepeatedLikelihood::go_to(std::span<const double> theta) {
  std::ranges::copy(theta, theta_.begin());
  derivatives_known_ = false;
  traces_known_ = false;
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
  const std::size_t T = size_or<Fixed>(visits_);
  const std::size_t q = q_;
  const std::size_t full = T * q;
  std::fill(over_sigma_.begin(), over_sigma_.end(), 0.0);
  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    const MissingnessPattern& pattern = data_->patterns[index];
    const std::size_t at = index * T * T;
    double* const h = h_.data() + at;
    std::fill(h, h + T * T, 0.0);
    for (std::size_t t = 0; t < T; ++t) {
      if (!seen(pattern, t)) continue;
      for (std::size_t s = 0; s <= t; ++s) {
        if (!seen(pattern, s)) continue;
        double value = 0.0;
        for (std::size_t j = 0; j < q; ++j) {
          const double* const phi = full_phi_.data() + (t * q + j) * full + s * q;
          for (std::size_t k = 0; k < q; ++k) value += phi[k] * pattern.xx[j * q + k];
        }
        h[t * T + s] = value;
        h[s * T + t] = value;
      }
    }
    sandwich<Fixed>(weights_.data() + at, rr_.data() + at, T, small_.data(), inner_.data() + at);
    sandwich<Fixed>(weights_.data() + at, h, T, small_.data(), spread_.data() + at);
    double* const g = over_sigma_.data() + pattern.group * T * T;
    const auto n = static_cast<double>(pattern.count);
    const double with_h = kind_ == Likelihood::reml ? 1.0 : 0.0;
    for (std::size_t e = 0; e < T * T; ++e) {
      g[e] += n * weights_[at + e] - inner_[at + e] - with_h * spread_[at + e];
    }
  }
}

void RepeatedLikelihood::find_derivatives() {
  if (derivatives_known_) return;
  const std::size_t of_group = covariance_.parameters();
  const std::size_t size = entries() * of_group;
  for (std::size_t g = 0; g < data_->groups && !covariance_.unstructured(); ++g) {
    covariance_.derivatives(theta_.subspan(g * of_group, of_group), jacobian_.subspan(g * size, size));
  }
  derivatives_known_ = true;
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
  find_derivatives();
  const std::span<double> over_entries = curvature_.first(data_->groups * entries());
  for (std::size_t g = 0; g < data_->groups; ++g) {
    for (std::size_t a = 0; a < visits_; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const double value = over_sigma_[g * square() + a * visits_ + b];
        over_entries[g * entries() + packed(a, b)] = a == b ? -0.5 * value : -value;
      }
    }
  }
  to_theta_vector(over_entries, gradient_);
}

/// out = J' over_entries, J of each group.
void RepeatedLikelihood::to_theta_vector(std::span<const double> over_entries, std::span<double> out) const {
  if (covariance_.unstructured()) {
    std::ranges::copy(over_entries, out.begin());
    return;
  }
  const std::size_t m = covariance_.parameters();
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t g = 0; g < data_->groups; ++g) {
    for (std::size_t u = 0; u < entries(); ++u) {
      const double* const row = jacobian_.data() + (g * entries() + u) * m;
      const double value = over_entries[g * entries() + u];
      for (std::size_t k = 0; k < m; ++k) out[g * m + k] += value * row[k];
    }
  }
}

/// out = J' over_entries J; over_entries is symmetric.
void RepeatedLikelihood::to_theta(std::span<const double> over_entries, std::span<double> out) const {
  const std::size_t all_entries = data_->groups * entries();
  const std::size_t all = parameters();
  if (covariance_.unstructured()) {
    std::copy_n(over_entries.begin(), all * all, out.begin());
    return;
  }
  const std::size_t m = covariance_.parameters();
  for (std::size_t u = 0; u < all_entries; ++u) {
    to_theta_vector(over_entries.subspan(u * all_entries, all_entries), half_way_.subspan(u * all, all));
  }
  std::fill_n(out.begin(), all * all, 0.0);
  for (std::size_t g = 0; g < data_->groups; ++g) {
    for (std::size_t u = 0; u < entries(); ++u) {
      const double* const row = jacobian_.data() + (g * entries() + u) * m;
      const double* const half = half_way_.data() + (g * entries() + u) * all;
      for (std::size_t k = 0; k < m; ++k) {
        for (std::size_t l = 0; l < all; ++l) out[(g * m + k) * all + l] += row[k] * half[l];
      }
    }
  }
}

/// Adds tr(E_u W E_v Y) for every two entries u, v of one group: with u = (a, b) and v = (c, d)
///
///   W_bc Y_ad + W_bd Y_ac + W_ac Y_bd + W_ad Y_bc,   half of it where a = b, half of it where c = d.
///
/// quadratic_ has a row of T x T for each u.
template <std::size_t Fixed>
void RepeatedLikelihood::add_quadratic(std::span<const double> weights, std::span<const double> other) {
  const std::size_t T = size_or<Fixed>(visits_);
  for (std::size_t a = 0; a < T; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double* const of_entry = quadratic_.data() + packed(a, b) * T * T;
      const double* const w_a = weights.data() + a * T;
      const double* const w_b = weights.data() + b * T;
      const double* const y_a = other.data() + a * T;
      const double* const y_b = other.data() + b * T;
      for (std::size_t c = 0; c < T; ++c) {
        for (std::size_t d = 0; d < T; ++d) {
          of_entry[c * T + d] += (w_b[c] * y_a[d] + y_a[c] * w_b[d]) + (w_a[c] * y_b[d] + y_b[c] * w_a[d]);
        }
      }
    }
  }
}

/// Half of a row or column whose entry lies on the diagonal, where E_u has one 1 instead of two.
void RepeatedLikelihood::pack_quadratic(std::size_t group, std::span<double> out) const {
  const std::size_t all_entries = data_->groups * entries();
  for (std::size_t a = 0; a < visits_; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const double* const of_entry = quadratic_.data() + packed(a, b) * square();
      double* const row = out.data() + (group * entries() + packed(a, b)) * all_entries + group * entries();
      const double half = a == b ? 0.5 : 1.0;
      for (std::size_t c = 0; c < visits_; ++c) {
        for (std::size_t d = 0; d <= c; ++d) {
          row[packed(c, d)] = of_entry[c * visits_ + d] * (c == d ? 0.5 * half : half);
        }
      }
    }
  }
}

/// The blocks of one group each: sum over its patterns of tr(E_u W E_v Y) with
///
///   observed: Y = W E W + W H W - n W / 2,   average: Y = W E W / 2,   expected: Y = n W / 2 - W H W.
template <std::size_t Fixed>
void RepeatedLikelihood::find_quadratic(Of kind, std::span<double> out) {
  const std::size_t T = size_or<Fixed>(visits_);
  const double of_h = kind_ == Likelihood::ml ? 0.0 : kind == Of::observed ? 1.0 : -1.0;
  const std::span<double> other = small_.first(T * T);
  for (std::size_t g = 0; g < data_->groups; ++g) {
    std::fill(quadratic_.begin(), quadratic_.end(), 0.0);
    for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
      if (data_->patterns[index].group != g) continue;
      const std::size_t at = index * T * T;
      const double half_n = 0.5 * static_cast<double>(data_->patterns[index].count);
      for (std::size_t e = 0; e < T * T; ++e) {
        const double sign = kind == Of::observed ? -1.0 : 1.0;
        other[e] = kind == Of::average ? 0.5 * inner_[at + e]
                                       : sign * half_n * weights_[at + e] + of_h * spread_[at + e];
        if (kind == Of::observed) other[e] += inner_[at + e];
      }
      add_quadratic<Fixed>(weights_.subspan(at, T * T), other);
    }
    pack_quadratic(g, out);
  }
}

/// U^-T P_u U^-1 for every entry u of every group, P_u = sum W E_u W (x) A (of either sign: only products of
/// two are used).
void RepeatedLikelihood::find_trace_terms() {
  if (traces_known_) return;
  const std::size_t full = mean_->full();
  for (std::size_t g = 0; g < data_->groups; ++g) {
    for (std::size_t a = 0; a < visits_; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        std::fill_n(full_.begin(), full * full, 0.0);
        for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
          const MissingnessPattern& pattern = data_->patterns[index];
          if (pattern.group != g || !seen(pattern, a) || !seen(pattern, b)) continue;
          const double* const w_a = weights_.data() + index * square() + a * visits_;
          const double* const w_b = weights_.data() + index * square() + b * visits_;
          const double half = a == b ? 0.5 : 1.0;
          for (std::size_t t = 0; t < visits_; ++t) {
            for (std::size_t s = t; s < visits_; ++s) {
              const double weight = half * (w_a[t] * w_b[s] + w_b[t] * w_a[s]);
              for (std::size_t j = 0; j < q_; ++j) {
                double* const row = full_.data() + (t * q_ + j) * full + s * q_;
                const double* const xx = pattern.xx.data() + j * q_;
                for (std::size_t k = 0; k < q_; ++k) row[k] += weight * xx[k];
              }
            }
          }
        }
        mean_->compress(full_, block_);
        const std::span<double> out = traces_.subspan((g * entries() + packed(a, b)) * p_ * p_, p_ * p_);
        for (std::size_t i = 0; i < p_; ++i) {
          for (std::size_t j = 0; j < i; ++j) block_[i * p_ + j] = block_[j * p_ + i];
        }
        solve_transposed(factor_, p_, block_, p_);
        for (std::size_t i = 0; i < p_; ++i) {
          for (std::size_t j = 0; j < p_; ++j) out[i * p_ + j] = block_[j * p_ + i];
        }
        solve_transposed(factor_, p_, out, p_);
      }
    }
  }
  traces_known_ = true;
}

/// U^-T times the vector sum W E_u N for every entry u of every group, N = W times the pattern's visits x q
/// matrix in `over_x`.
void RepeatedLikelihood::find_projected(std::span<const double> over_x) {
  const std::size_t of_pattern = visits_ * q_;
  double* const n = small_.data();
  const std::span<double> full_rows = full_.first(entries() * of_pattern);
  for (std::size_t g = 0; g < data_->groups; ++g) {
    std::fill(full_rows.begin(), full_rows.end(), 0.0);
    for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
      if (data_->patterns[index].group != g) continue;
      const double* const w = weights_.data() + index * square();
      for_visits(visits_,
                 [&]<std::size_t T>() { times<T>(w, over_x.data() + index * of_pattern, visits_, q_, n); });
      for (std::size_t a = 0; a < visits_; ++a) {
        for (std::size_t b = 0; b <= a; ++b) {
          double* const row = full_rows.data() + packed(a, b) * of_pattern;
          const double half = a == b ? 0.5 : 1.0;
          for (std::size_t t = 0; t < visits_; ++t) {
            const double by_a = half * w[a * visits_ + t];
            const double by_b = half * w[b * visits_ + t];
            for (std::size_t j = 0; j < q_; ++j)
              row[t * q_ + j] += by_a * n[b * q_ + j] + by_b * n[a * q_ + j];
          }
        }
      }
    }
    for (std::size_t u = 0; u < entries(); ++u) {
      const std::span<double> row = projected_.subspan((g * entries() + u) * p_, p_);
      mean_->compress_vector(full_rows.subspan(u * of_pattern, of_pattern), row);
      solve_transposed(factor_, p_, row, 1);
    }
  }
}

/// Adds scale times the inner product of every two rows.
void RepeatedLikelihood::add_products(std::span<const double> rows, std::size_t length, double scale,
                                      std::span<double> out) const {
  const std::size_t count = data_->groups * entries();
  for (std::size_t u = 0; u < count; ++u) {
    for (std::size_t v = 0; v <= u; ++v) {
      const double value = scale * dot(rows.subspan(u * length, length), rows.subspan(v * length, length));
      out[u * count + v] += value;
      if (v < u) out[v * count + u] += value;
    }
  }
}

/// With u_k = X'V^-1 V_k V^-1 r and, for the structures that are not linear, G as in the gradient:
///
///   expected = 1/2 tr(P V_k P V_l),   average = 1/2 y'P V_k P V_l P y
///   observed = 2 average - expected + 1/2 sum G d^2 Sigma / d theta_k d theta_l
void RepeatedLikelihood::find_information(Of kind, std::span<double> out) {
  std::fill(curvature_.begin(), curvature_.end(), 0.0);
  for_visits(visits_, [&]<std::size_t T>() { find_quadratic<T>(kind, curvature_); });
  if (kind != Of::expected) {
    find_projected(rx_);
    add_products(projected_, p_, kind == Of::observed ? -1.0 : -0.5, curvature_);
  }
  if (kind != Of::average && kind_ == Likelihood::reml) {
    find_trace_terms();
    add_products(traces_, p_ * p_, kind == Of::observed ? -0.5 : 0.5, curvature_);
  }
  to_theta(curvature_, out);
  if (kind == Of::observed) add_second_derivatives(over_sigma_, 0.5, out);
}

/// Adds scale times sum_ab weights_ab d^2 Sigma_ab / d theta_k d theta_l, weights of each group.
void RepeatedLikelihood::add_second_derivatives(std::span<const double> weights, double scale,
                                                std::span<double> out) {
  if (covariance_.linear()) return;
  const std::size_t m = covariance_.parameters();
  const std::size_t all = parameters();
  const std::span<double> block = half_way_.first(m * m);
  for (std::size_t g = 0; g < data_->groups; ++g) {
    std::fill(block.begin(), block.end(), 0.0);
    covariance_.add_second_derivatives(theta_.subspan(g * m, m), weights.subspan(g * square(), square()),
                                       scale, block);
    for (std::size_t k = 0; k < m; ++k) {
      for (std::size_t l = 0; l < m; ++l) out[(g * m + k) * all + g * m + l] += block[k * m + l];
    }
  }
}

/// Of each pattern VA (visits x q) and W V A V' W.
void RepeatedLikelihood::find_v_moments(std::span<const double> full_v) {
  double* const outer = small_.data();
  double* const half = outer + square();
  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    const MissingnessPattern& pattern = data_->patterns[index];
    double* const vx = vx_.data() + index * visits_ * q_;
    for (std::size_t t = 0; t < visits_; ++t) {
      double* const row = vx + t * q_;
      std::fill(row, row + q_, 0.0);
      for (std::size_t k = 0; k < q_; ++k) {
        for (std::size_t j = 0; j < q_; ++j) row[j] += full_v[t * q_ + k] * pattern.xx[k * q_ + j];
      }
    }
    for (std::size_t t = 0; t < visits_; ++t) {
      for (std::size_t s = 0; s < visits_; ++s) {
        double value = 0.0;
        for (std::size_t j = 0; j < q_; ++j) value += vx[t * q_ + j] * full_v[s * q_ + j];
        outer[t * visits_ + s] = value;
      }
    }
    const std::size_t at = index * square();
    sandwich<0>(weights_.data() + at, outer, visits_, half, v_outer_.data() + at);
  }
  std::fill(v_sums_.begin(), v_sums_.end(), 0.0);
  for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
    double* const sums = v_sums_.data() + data_->patterns[index].group * square();
    for (std::size_t e = 0; e < square(); ++e) sums[e] += v_outer_[index * square() + e];
  }
}

/// d (l'Phi l) / d theta_k = sum over patterns of tr(W dSigma W V A V'),   v = Phi l
void RepeatedLikelihood::find_variance_gradient(std::span<const double> full_v, std::span<double> out) {
  find_v_moments(full_v);
  const std::span<double> over_entries = curvature_.first(data_->groups * entries());
  for (std::size_t g = 0; g < data_->groups; ++g) {
    for (std::size_t a = 0; a < visits_; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const double value = v_sums_[g * square() + a * visits_ + b];
        over_entries[g * entries() + packed(a, b)] = a == b ? value : 2.0 * value;
      }
    }
  }
  to_theta_vector(over_entries, out);
}

double RepeatedLikelihood::kenward_roger_excess(std::span<const double> w, bool with_second,
                                                std::span<double> scratch) {
  std::fill(curvature_.begin(), curvature_.end(), 0.0);
  for (std::size_t g = 0; g < data_->groups; ++g) {
    std::fill(quadratic_.begin(), quadratic_.end(), 0.0);
    for (std::size_t index = 0; index < data_->patterns.size(); ++index) {
      if (data_->patterns[index].group != g) continue;
      const std::size_t at = index * square();
      for_visits(visits_, [&]<std::size_t T>() {
        add_quadratic<T>(weights_.subspan(at, square()), v_outer_.subspan(at, square()));
      });
    }
    // tr(E_u W E_v Y) of find_quadratic counts both orders of u and v; so does Q here.
    pack_quadratic(g, curvature_);
  }
  find_projected(vx_);
  add_products(projected_, p_, -1.0, curvature_);
  to_theta(curvature_, scratch);
  if (with_second) add_second_derivatives(v_sums_, -0.25, scratch);
  double excess = 0.0;
  for (std::size_t at = 0; at < w.size(); ++at) excess += w[at] * scratch[at];
  return excess;
}

}  // namespace equipoise
