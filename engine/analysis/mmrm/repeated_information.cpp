#include "engine/analysis/mmrm/repeated_information.hpp"

#include <algorithm>

#include "engine/analysis/mmrm/over_visits.hpp"
#include "engine/numeric/cholesky.hpp"
#include "engine/numeric/sums.hpp"

// Notation as in repeated_likelihood.cpp. E_u is the symmetric matrix of ones that entry u = (a, b) of Sigma
// multiplies.

namespace equipoise {

RepeatedInformation::RepeatedInformation(const RepeatedLikelihood& likelihood, Arena<double>& reals,
                                         StopFlag stop)
    : at_(likelihood),
      data_(likelihood.data()),
      mean_(likelihood.mean()),
      stop_(stop),
      visits_(data_.visits.size()),
      q_(data_.columns.size()),
      p_(mean_.coefficients()) {
  const std::size_t patterns = data_.patterns.size();
  const std::size_t all_entries = data_.groups * entries();
  full_ = reals.take(mean_.full() * std::max(mean_.full(), entries()));
  block_ = reals.take(p_ * p_);
  small_ = reals.take(std::max(2 * square(), visits_ * q_));
  quadratic_ = reals.take(entries() * square());
  projected_ = reals.take(all_entries * p_);
  traces_ = reals.take(all_entries * p_ * p_);
  curvature_ = reals.take(all_entries * all_entries);
  vx_ = reals.take(patterns * visits_ * q_);
  v_outer_ = reals.take(patterns * square());
  v_sums_ = reals.take(data_.groups * square());
}

/// Adds tr(E_u W E_v Y) for every two entries u, v of one group: with u = (a, b) and v = (c, d)
///
///   W_bc Y_ad + W_bd Y_ac + W_ac Y_bd + W_ad Y_bc,   half of it where a = b, half of it where c = d.
///
/// quadratic_ has a row of T x T for each u.
template <std::size_t Fixed>
void RepeatedInformation::add_quadratic(std::span<const double> weights, std::span<const double> other) {
  const std::size_t visits = size_or<Fixed>(visits_);
  for (std::size_t a = 0; a < visits; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double* const of_entry = quadratic_.data() + packed(a, b) * visits * visits;
      const double* const w_a = weights.data() + a * visits;
      const double* const w_b = weights.data() + b * visits;
      const double* const y_a = other.data() + a * visits;
      const double* const y_b = other.data() + b * visits;
      for (std::size_t c = 0; c < visits; ++c) {
        for (std::size_t d = 0; d < visits; ++d) {
          of_entry[c * visits + d] +=
              (w_b[c] * y_a[d] + y_a[c] * w_b[d]) + (w_a[c] * y_b[d] + y_b[c] * w_a[d]);
        }
      }
    }
  }
}

/// Half of a row or column whose entry lies on the diagonal, where E_u has one 1 instead of two.
void RepeatedInformation::pack_quadratic(std::size_t group, std::span<double> out) const {
  const std::size_t all_entries = data_.groups * entries();
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
void RepeatedInformation::find_quadratic(Of kind, std::span<double> out) {
  const std::size_t visits = size_or<Fixed>(visits_);
  const double of_h = at_.kind() == Likelihood::ml ? 0.0 : kind == Of::observed ? 1.0 : -1.0;
  const std::span<double> other = small_.first(visits * visits);
  for (std::size_t g = 0; g < data_.groups; ++g) {
    std::fill(quadratic_.begin(), quadratic_.end(), 0.0);
    for (std::size_t index = 0; index < data_.patterns.size(); ++index) {
      if (data_.patterns[index].group != g) continue;
      const std::span<const double> weights = at_.weights(index);
      const std::span<const double> inner = at_.inner(index);
      const std::span<const double> spread = at_.spread(index);
      const double half_n = 0.5 * static_cast<double>(data_.patterns[index].count);
      for (std::size_t e = 0; e < visits * visits; ++e) {
        const double sign = kind == Of::observed ? -1.0 : 1.0;
        other[e] = kind == Of::average ? 0.5 * inner[e] : sign * half_n * weights[e] + of_h * spread[e];
        if (kind == Of::observed) other[e] += inner[e];
      }
      add_quadratic<Fixed>(weights, other);
    }
    pack_quadratic(g, out);
  }
}

/// U^-T P_u U^-1 for every entry u of every group, P_u = sum W E_u W (x) A (of either sign: only products of
/// two are used).
void RepeatedInformation::find_trace_terms() {
  if (traces_of_ == at_.step()) return;
  const std::size_t full = mean_.full();
  for (std::size_t g = 0; g < data_.groups; ++g) {
    for (std::size_t a = 0; a < visits_; ++a) {
      stop_.check();
      for (std::size_t b = 0; b <= a; ++b) {
        std::fill_n(full_.begin(), full * full, 0.0);
        for (std::size_t index = 0; index < data_.patterns.size(); ++index) {
          const MissingnessPattern& pattern = data_.patterns[index];
          if (pattern.group != g || !pattern.seen(a) || !pattern.seen(b)) continue;
          const double* const w_a = at_.weights(index).data() + a * visits_;
          const double* const w_b = at_.weights(index).data() + b * visits_;
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
        mean_.compress(full_, block_);
        const std::span<double> out = traces_.subspan((g * entries() + packed(a, b)) * p_ * p_, p_ * p_);
        for (std::size_t i = 0; i < p_; ++i) {
          for (std::size_t j = 0; j < i; ++j) block_[i * p_ + j] = block_[j * p_ + i];
        }
        solve_transposed(at_.factor(), p_, block_, p_);
        for (std::size_t i = 0; i < p_; ++i) {
          for (std::size_t j = 0; j < p_; ++j) out[i * p_ + j] = block_[j * p_ + i];
        }
        solve_transposed(at_.factor(), p_, out, p_);
      }
    }
  }
  traces_of_ = at_.step();
}

/// U^-T times the vector sum W E_u N for every entry u of every group, N = W times the pattern's visits x q
/// matrix in `over_x`.
void RepeatedInformation::find_projected(std::span<const double> over_x) {
  const std::size_t of_pattern = visits_ * q_;
  double* const n = small_.data();
  const std::span<double> full_rows = full_.first(entries() * of_pattern);
  for (std::size_t g = 0; g < data_.groups; ++g) {
    std::fill(full_rows.begin(), full_rows.end(), 0.0);
    for (std::size_t index = 0; index < data_.patterns.size(); ++index) {
      if (data_.patterns[index].group != g) continue;
      const double* const w = at_.weights(index).data();
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
      mean_.compress_vector(full_rows.subspan(u * of_pattern, of_pattern), row);
      solve_transposed(at_.factor(), p_, row, 1);
    }
  }
}

/// Adds scale times the inner product of every two rows.
void RepeatedInformation::add_products(std::span<const double> rows, std::size_t length, double scale,
                                       std::span<double> out) const {
  const std::size_t count = data_.groups * entries();
  for (std::size_t u = 0; u < count; ++u) {
    stop_.check();
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
void RepeatedInformation::find(Of kind, std::span<double> out) {
  std::fill(curvature_.begin(), curvature_.end(), 0.0);
  for_visits(visits_, [&]<std::size_t T>() { find_quadratic<T>(kind, curvature_); });
  if (kind != Of::expected) {
    find_projected(at_.rx());
    add_products(projected_, p_, kind == Of::observed ? -1.0 : -0.5, curvature_);
  }
  if (kind != Of::average && at_.kind() == Likelihood::reml) {
    find_trace_terms();
    add_products(traces_, p_ * p_, kind == Of::observed ? -0.5 : 0.5, curvature_);
  }
  at_.derivatives().information(curvature_, out);
  if (kind == Of::observed) at_.derivatives().add_second_derivatives(at_.over_sigma(), 0.5, out);
}

/// Of each pattern VA (visits x q) and W V A V' W.
void RepeatedInformation::find_v_moments(std::span<const double> full_v) {
  double* const outer = small_.data();
  double* const half = outer + square();
  for (std::size_t index = 0; index < data_.patterns.size(); ++index) {
    const MissingnessPattern& pattern = data_.patterns[index];
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
    sandwich<0>(at_.weights(index).data(), outer, visits_, half, v_outer_.data() + at);
  }
  std::fill(v_sums_.begin(), v_sums_.end(), 0.0);
  for (std::size_t index = 0; index < data_.patterns.size(); ++index) {
    double* const sums = v_sums_.data() + data_.patterns[index].group * square();
    for (std::size_t e = 0; e < square(); ++e) sums[e] += v_outer_[index * square() + e];
  }
}

/// d (l'Phi l) / d theta_k = sum over patterns of tr(W dSigma W V A V'),   v = Phi l
void RepeatedInformation::find_variance_gradient(std::span<const double> full_v, std::span<double> out) {
  find_v_moments(full_v);
  const std::span<double> over_entries = curvature_.first(data_.groups * entries());
  for (std::size_t g = 0; g < data_.groups; ++g) {
    for (std::size_t a = 0; a < visits_; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const double value = v_sums_[g * square() + a * visits_ + b];
        over_entries[g * entries() + packed(a, b)] = a == b ? value : 2.0 * value;
      }
    }
  }
  at_.derivatives().gradient(over_entries, out);
}

double RepeatedInformation::kenward_roger_excess(std::span<const double> w, bool with_second,
                                                 std::span<double> scratch) {
  std::fill(curvature_.begin(), curvature_.end(), 0.0);
  for (std::size_t g = 0; g < data_.groups; ++g) {
    std::fill(quadratic_.begin(), quadratic_.end(), 0.0);
    for (std::size_t index = 0; index < data_.patterns.size(); ++index) {
      if (data_.patterns[index].group != g) continue;
      for_visits(visits_, [&]<std::size_t T>() {
        add_quadratic<T>(at_.weights(index), v_outer_.subspan(index * square(), square()));
      });
    }
    // tr(E_u W E_v Y) of find_quadratic counts both orders of u and v; so does Q here.
    pack_quadratic(g, curvature_);
  }
  find_projected(vx_);
  add_products(projected_, p_, -1.0, curvature_);
  at_.derivatives().information(curvature_, scratch);
  if (with_second) at_.derivatives().add_second_derivatives(v_sums_, -0.25, scratch);
  double excess = 0.0;
  for (std::size_t at = 0; at < w.size(); ++at) excess += w[at] * scratch[at];
  return excess;
}

}  // namespace equipoise
