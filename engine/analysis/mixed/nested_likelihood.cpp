#include "engine/analysis/mixed/nested_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {

NestedLikelihood::NestedLikelihood(std::span<const ClusterClass> classes, std::size_t columns,
                                   std::size_t residuals, Likelihood kind, Arena<double>& reals)
    : classes_(classes), columns_(columns), p_(columns - 1), residuals_(residuals), kind_(kind) {
  for (const ClusterClass& of : classes) people_ += of.clusters * static_cast<double>(of.size);
  const std::size_t square = columns * columns;
  theta_ = reals.take(parameters());
  beta_ = reals.take(p_);
  residual_ = reals.take(columns);
  whole_ = reals.take(square);
  factor_ = reals.take(square);
  phi_ = reals.take(p_ * p_);
  single_ = reals.take(parameters() * square);
  pair_ = reals.take(square);
  product_ = reals.take(parameters() * p_ * p_);
  vectors_ = reals.take(parameters() * columns);
  scratch_ = reals.take(columns);
}

NestedLikelihood::Pair NestedLikelihood::covariance(const ClusterClass& of) const {
  const double residual = theta_[1 + of.residual];
  const double between = of.grouped ? static_cast<double>(of.size) * theta_[0] : 0.0;
  return {residual + between, residual};
}

NestedLikelihood::Pair NestedLikelihood::derivative(const ClusterClass& of, std::size_t parameter) {
  if (parameter == none) return {1.0, 1.0};
  if (parameter == 0) return {of.grouped ? static_cast<double>(of.size) : 0.0, 0.0};
  const double own = of.residual + 1 == parameter ? 1.0 : 0.0;
  return {own, own};
}

/// Z'MZ = m_within sum zz' + (m_mean - m_within) / n sum (sum z)(sum z)'
void NestedLikelihood::combine(std::size_t k, std::size_t l, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (const ClusterClass& of : classes_) {
    const Pair v = covariance(of);
    const Pair d_k = derivative(of, k);
    const Pair d_l = derivative(of, l);
    double mean = 1.0 / v.mean;
    double within = 1.0 / v.within;
    if (k != none) mean *= d_k.mean / v.mean;
    if (k != none) within *= d_k.within / v.within;
    if (l != none) mean *= d_l.mean / v.mean;
    if (l != none) within *= d_l.within / v.within;
    const double of_sums = (mean - within) / static_cast<double>(of.size);
    for (std::size_t at = 0; at < out.size(); ++at)
      out[at] += within * of.products[at] + of_sums * of.of_sums[at];
  }
}

/// tr(V^-1 V_k V^-1 V_l), or tr(V^-1 V_k).
double NestedLikelihood::trace(std::size_t k, std::size_t l) const {
  double total = 0.0;
  for (const ClusterClass& of : classes_) {
    const Pair v = covariance(of);
    const Pair d_k = derivative(of, k);
    const Pair d_l = l == none ? v : derivative(of, l);
    const double mean = d_k.mean / v.mean * (d_l.mean / v.mean);
    const double within = d_k.within / v.within * (d_l.within / v.within);
    total += of.clusters * (mean + static_cast<double>(of.size - 1) * within);
  }
  return total;
}

bool NestedLikelihood::go_to(std::span<const double> theta) {
  std::ranges::copy(theta, theta_.begin());
  double twice = 0.0;
  for (const ClusterClass& of : classes_) {
    const Pair v = covariance(of);
    if (!(v.mean > 0.0) || !(v.within > 0.0)) return false;
    twice += of.clusters * (std::log(v.mean) + static_cast<double>(of.size - 1) * std::log(v.within));
  }
  combine(none, none, whole_);
  for (std::size_t i = 0; i < p_; ++i) {
    for (std::size_t j = 0; j < p_; ++j) factor_[i * p_ + j] = whole_[i * columns_ + j];
    beta_[i] = whole_[i * columns_ + p_];
  }
  const std::span<double> factor = factor_.first(p_ * p_);
  if (!factorize(factor, p_)) return false;
  forward_substitute(factor, p_, beta_);
  back_substitute(factor, p_, beta_);
  invert(factor, p_, phi_);
  for (std::size_t i = 0; i < p_; ++i) residual_[i] = -beta_[i];
  residual_[p_] = 1.0;
  twice += quadratic(whole_, residual_, residual_);
  double constants = people_;
  if (kind_ == Likelihood::reml) {
    constants -= static_cast<double>(p_);
    twice += log_determinant(factor, p_);
  }
  log_likelihood_ = -0.5 * (twice + constants * std::log(2.0 * std::numbers::pi));
  for (std::size_t k = 0; k < parameters(); ++k) {
    combine(k, none, single_.subspan(k * whole_.size(), whole_.size()));
  }
  return std::isfinite(log_likelihood_);
}

double NestedLikelihood::quadratic(std::span<const double> matrix, std::span<const double> left,
                                   std::span<const double> right) const {
  double total = 0.0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < right.size(); ++j) row += matrix[i * columns_ + j] * right[j];
    total += left[i] * row;
  }
  return total;
}

/// The rows of x only.
void NestedLikelihood::times(std::span<const double> matrix, std::span<const double> vector,
                             std::span<double> out) const {
  for (std::size_t i = 0; i < p_; ++i) {
    out[i] = 0.0;
    for (std::size_t j = 0; j < vector.size(); ++j) out[i] += matrix[i * columns_ + j] * vector[j];
  }
}

/// tr(Phi matrix) over the columns of x.
double NestedLikelihood::trace_product(std::span<const double> matrix) const {
  double total = 0.0;
  for (std::size_t i = 0; i < p_; ++i) {
    for (std::size_t j = 0; j < p_; ++j) total += phi_[i * p_ + j] * matrix[j * columns_ + i];
  }
  return total;
}

/// d l / d theta_k = -1/2 [tr(V^-1 V_k) - tr(Phi X'V^-1V_kV^-1X) - r'V^-1V_kV^-1r]   [second term in REML
/// only]
void NestedLikelihood::find_gradient(std::span<double> out) {
  for (std::size_t k = 0; k < parameters(); ++k) {
    const auto single = single_.subspan(k * whole_.size(), whole_.size());
    out[k] = -0.5 * (trace(k, none) - quadratic(single, residual_, residual_));
    if (kind_ == Likelihood::reml) out[k] += 0.5 * trace_product(single);
  }
}

/// As in engine/methods/mmrm.md; the parameters enter linearly, so that
/// observed = 2 average - expected.
void NestedLikelihood::find_information(Of kind, std::span<double> out) {
  const std::size_t m = parameters();
  for (std::size_t k = 0; k < m; ++k) {
    const auto single = single_.subspan(k * whole_.size(), whole_.size());
    const auto product = product_.subspan(k * p_ * p_, p_ * p_);
    for (std::size_t i = 0; i < p_; ++i) {
      for (std::size_t j = 0; j < p_; ++j) {
        double value = 0.0;
        for (std::size_t h = 0; h < p_; ++h) value += phi_[i * p_ + h] * single[h * columns_ + j];
        product[i * p_ + j] = value;
      }
    }
    times(single, residual_, vectors_.subspan(k * columns_, columns_));
  }
  for (std::size_t k = 0; k < m; ++k) {
    for (std::size_t l = 0; l <= k; ++l) {
      combine(k, l, pair_);
      double average = quadratic(pair_, residual_, residual_);
      double expected = trace(k, l);
      for (std::size_t i = 0; i < p_; ++i) {
        for (std::size_t j = 0; j < p_; ++j) {
          average -= vectors_[k * columns_ + i] * phi_[i * p_ + j] * vectors_[l * columns_ + j];
        }
      }
      if (kind_ == Likelihood::reml) {
        expected -= 2.0 * trace_product(pair_);
        for (std::size_t i = 0; i < p_; ++i) {
          for (std::size_t j = 0; j < p_; ++j) {
            expected += product_[(k * p_ + i) * p_ + j] * product_[(l * p_ + j) * p_ + i];
          }
        }
      }
      const double value = kind == Of::average    ? 0.5 * average
                           : kind == Of::expected ? 0.5 * expected
                                                  : average - 0.5 * expected;
      out[k * m + l] = value;
      out[l * m + k] = value;
    }
  }
}

void NestedLikelihood::find_variance_gradient(std::span<const double> v, std::span<double> out) {
  for (std::size_t k = 0; k < parameters(); ++k) {
    out[k] = quadratic(single_.subspan(k * whole_.size(), whole_.size()), v, v);
  }
}

double NestedLikelihood::kenward_roger_excess(std::span<const double> v, std::span<const double> w) {
  const std::size_t m = parameters();
  for (std::size_t k = 0; k < m; ++k) {
    times(single_.subspan(k * whole_.size(), whole_.size()), v, vectors_.subspan(k * columns_, columns_));
  }
  double excess = 0.0;
  for (std::size_t k = 0; k < m; ++k) {
    for (std::size_t l = 0; l < m; ++l) {
      combine(k, l, pair_);
      double value = quadratic(pair_, v, v);
      for (std::size_t i = 0; i < p_; ++i) {
        for (std::size_t j = 0; j < p_; ++j) {
          value -= vectors_[k * columns_ + i] * phi_[i * p_ + j] * vectors_[l * columns_ + j];
        }
      }
      excess += w[k * m + l] * value;
    }
  }
  return excess;
}

}  // namespace equipoise
