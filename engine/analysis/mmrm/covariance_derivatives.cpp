#include "engine/analysis/mmrm/covariance_derivatives.hpp"

#include <algorithm>

namespace equipoise {

CovarianceDerivatives::CovarianceDerivatives(const CovarianceModel& covariance, std::size_t groups,
                                             Arena<double>& reals)
    : covariance_(covariance),
      groups_(groups),
      theta_(reals.take(parameters())),
      jacobian_(reals.take(groups * entries() * covariance.parameters())),
      half_way_(reals.take(std::max(groups * entries(), parameters()) * parameters())) {}

void CovarianceDerivatives::go_to(std::span<const double> theta) {
  std::ranges::copy(theta, theta_.begin());
  if (covariance_.unstructured()) return;
  const std::size_t of_group = covariance_.parameters();
  const std::size_t size = entries() * of_group;
  for (std::size_t g = 0; g < groups_; ++g) {
    covariance_.derivatives(theta_.subspan(g * of_group, of_group), jacobian_.subspan(g * size, size));
  }
}

void CovarianceDerivatives::gradient(std::span<const double> over_entries, std::span<double> out) const {
  if (covariance_.unstructured()) {
    std::ranges::copy(over_entries, out.begin());
    return;
  }
  const std::size_t m = covariance_.parameters();
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t g = 0; g < groups_; ++g) {
    for (std::size_t u = 0; u < entries(); ++u) {
      const double* const row = jacobian_.data() + (g * entries() + u) * m;
      const double value = over_entries[g * entries() + u];
      for (std::size_t k = 0; k < m; ++k) out[g * m + k] += value * row[k];
    }
  }
}

void CovarianceDerivatives::information(std::span<const double> over_entries, std::span<double> out) const {
  const std::size_t all_entries = groups_ * entries();
  const std::size_t all = parameters();
  if (covariance_.unstructured()) {
    std::copy_n(over_entries.begin(), all * all, out.begin());
    return;
  }
  const std::size_t m = covariance_.parameters();
  for (std::size_t u = 0; u < all_entries; ++u) {
    gradient(over_entries.subspan(u * all_entries, all_entries), half_way_.subspan(u * all, all));
  }
  std::fill_n(out.begin(), all * all, 0.0);
  for (std::size_t g = 0; g < groups_; ++g) {
    for (std::size_t u = 0; u < entries(); ++u) {
      const double* const row = jacobian_.data() + (g * entries() + u) * m;
      const double* const half = half_way_.data() + (g * entries() + u) * all;
      for (std::size_t k = 0; k < m; ++k) {
        for (std::size_t l = 0; l < all; ++l) out[(g * m + k) * all + l] += row[k] * half[l];
      }
    }
  }
}

void CovarianceDerivatives::add_second_derivatives(std::span<const double> weights, double scale,
                                                   std::span<double> out) const {
  if (covariance_.linear()) return;
  const std::size_t m = covariance_.parameters();
  const std::size_t all = parameters();
  const std::size_t square = covariance_.visits() * covariance_.visits();
  const std::span<double> block = half_way_.first(m * m);
  for (std::size_t g = 0; g < groups_; ++g) {
    std::fill(block.begin(), block.end(), 0.0);
    covariance_.add_second_derivatives(theta_.subspan(g * m, m), weights.subspan(g * square, square), scale,
                                       block);
    for (std::size_t k = 0; k < m; ++k) {
      for (std::size_t l = 0; l < m; ++l) out[(g * m + k) * all + g * m + l] += block[k * m + l];
    }
  }
}

}  // namespace equipoise
