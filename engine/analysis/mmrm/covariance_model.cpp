#include "engine/analysis/mmrm/covariance_model.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/expects.hpp"

namespace equipoise {
namespace {

// A start nearer to a correlation of one than this would begin where the likelihood is steep without bound.
constexpr double largest_start_correlation = 0.95;

double whole_power(double base, std::size_t exponent) {
  double power = 1.0;
  for (std::size_t i = 0; i < exponent; ++i) power *= base;
  return power;
}

/// The mean over the pairs of visits that `belongs` takes of value(a, b), a > b; 0 without any.
template <class Belongs, class Value>
double mean_over_pairs(std::size_t visits, Belongs&& belongs, Value&& value) {
  double total = 0.0;
  double count = 0.0;
  for (std::size_t a = 1; a < visits; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (!belongs(a, b)) continue;
      total += value(a, b);
      count += 1.0;
    }
  }
  return count > 0.0 ? total / count : 0.0;
}

double mean_variance(std::span<const double> sigma, std::size_t visits) {
  double total = 0.0;
  for (std::size_t a = 0; a < visits; ++a) total += sigma[a * visits + a];
  return total / static_cast<double>(visits);
}

}  // namespace

CovarianceModel::CovarianceModel(CovarianceStructure structure, std::span<const std::uint32_t> positions)
    : form_(Form::correlated), visits_(positions.size()), positions_(positions) {
  const std::size_t longest = lag(visits_ - 1, 0);
  std::size_t correlations = 1;
  const auto correlated = [&](Correlation kind, bool heterogeneous) {
    correlation_ = kind;
    heterogeneous_ = heterogeneous;
    if (kind == Correlation::band) correlations = longest;
    if (kind == Correlation::product) correlations = visits_ - 1;
    if (visits_ == 1) correlations = 0;
    parameters_ = variance_count() + correlations;
  };
  switch (structure) {
    case CovarianceStructure::unstructured:
      form_ = Form::unstructured;
      parameters_ = entries();
      break;
    case CovarianceStructure::compound_symmetry:
      form_ = Form::compound;
      parameters_ = visits_ > 1 ? 2 : 1;
      break;
    case CovarianceStructure::toeplitz:
      form_ = Form::bands;
      parameters_ = longest + 1;
      break;
    case CovarianceStructure::heterogeneous_compound_symmetry:
      correlated(Correlation::constant, true);
      break;
    case CovarianceStructure::ar1:
      correlated(Correlation::power, false);
      break;
    case CovarianceStructure::heterogeneous_ar1:
      correlated(Correlation::power, true);
      break;
    case CovarianceStructure::heterogeneous_toeplitz:
      correlated(Correlation::band, true);
      break;
    case CovarianceStructure::ante_dependence:
      correlated(Correlation::product, false);
      break;
    case CovarianceStructure::heterogeneous_ante_dependence:
      correlated(Correlation::product, true);
      break;
  }
}

CovarianceModel::CovarianceModel(Form form, std::span<const double> months)
    : form_(form), visits_(months.size()), months_(months) {
  EQUIPOISE_EXPECTS(form == Form::slope || form == Form::slope_rank_1 || form == Form::independent);
  parameters_ = form == Form::slope ? 4 : form == Form::slope_rank_1 ? 3 : 1;
}

double CovarianceModel::correlation(const double* rho, std::size_t a, std::size_t b) const {
  switch (correlation_) {
    case Correlation::constant:
      return rho[0];
    case Correlation::power:
      return whole_power(rho[0], lag(a, b));
    case Correlation::band:
      return rho[lag(a, b) - 1];
    case Correlation::product:
      break;
  }
  double product = 1.0;
  for (std::size_t k = b; k < a; ++k) product *= rho[k];
  return product;
}

double CovarianceModel::d_correlation(const double* rho, std::size_t a, std::size_t b, std::size_t k) const {
  const std::size_t distance = lag(a, b);
  switch (correlation_) {
    case Correlation::constant:
      return 1.0;
    case Correlation::power:
      return static_cast<double>(distance) * whole_power(rho[0], distance - 1);
    case Correlation::band:
      return k + 1 == distance ? 1.0 : 0.0;
    case Correlation::product:
      break;
  }
  if (k < b || k >= a) return 0.0;
  double product = 1.0;
  for (std::size_t j = b; j < a; ++j) product *= j == k ? 1.0 : rho[j];
  return product;
}

double CovarianceModel::d2_correlation(const double* rho, std::size_t a, std::size_t b, std::size_t k,
                                       std::size_t l) const {
  const std::size_t distance = lag(a, b);
  if (correlation_ == Correlation::power && distance > 1) {
    const auto d = static_cast<double>(distance);
    return d * (d - 1.0) * whole_power(rho[0], distance - 2);
  }
  if (correlation_ != Correlation::product || k == l || std::min(k, l) < b || std::max(k, l) >= a) return 0.0;
  double product = 1.0;
  for (std::size_t j = b; j < a; ++j) product *= j == k || j == l ? 1.0 : rho[j];
  return product;
}

bool CovarianceModel::covariance(std::span<const double> theta, std::span<double> sigma) const {
  const std::size_t visits = visits_;
  const auto set = [&](std::size_t a, std::size_t b, double value) {
    sigma[a * visits + b] = value;
    sigma[b * visits + a] = value;
  };
  const double* const rho = theta.data() + variance_count();
  for (std::size_t a = 0; a < visits; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const double own = a == b ? 1.0 : 0.0;
      switch (form_) {
        case Form::unstructured:
          set(a, b, theta[packed(a, b)]);
          break;
        case Form::compound:
          set(a, b, a == b ? theta[0] : theta[1]);
          break;
        case Form::bands:
          set(a, b, theta[lag(a, b)]);
          break;
        case Form::slope:
          set(a, b,
              theta[0] + theta[1] * (months_[a] + months_[b]) + theta[2] * months_[a] * months_[b] +
                  own * theta[3]);
          break;
        case Form::slope_rank_1:
          set(a, b, (theta[0] + theta[1] * months_[a]) * (theta[0] + theta[1] * months_[b]) + own * theta[2]);
          break;
        case Form::independent:
          set(a, b, own * theta[0]);
          break;
        case Form::correlated: {
          const double scale = heterogeneous_ ? std::sqrt(theta[a] * theta[b]) : theta[0];
          set(a, b, a == b ? theta[heterogeneous_ ? a : 0] : scale * correlation(rho, a, b));
          break;
        }
      }
    }
  }
  if (form_ == Form::correlated) {
    const auto variances = theta.first(variance_count());
    return std::ranges::all_of(variances, [](double variance) { return variance > 0.0; });
  }
  if (form_ == Form::slope || form_ == Form::slope_rank_1) return theta[parameters_ - 1] > 0.0;
  return true;
}

void CovarianceModel::derivatives(std::span<const double> theta, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  const std::size_t variances = variance_count();
  const double* const rho = theta.data() + variances;
  for (std::size_t a = 0; a < visits_; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double* const d = out.data() + packed(a, b) * parameters_;
      switch (form_) {
        case Form::unstructured:
          d[packed(a, b)] = 1.0;
          break;
        case Form::compound:
          d[a == b ? 0 : 1] = 1.0;
          break;
        case Form::bands:
          d[lag(a, b)] = 1.0;
          break;
        case Form::slope:
          d[0] = 1.0;
          d[1] = months_[a] + months_[b];
          d[2] = months_[a] * months_[b];
          if (a == b) d[3] = 1.0;
          break;
        case Form::slope_rank_1: {
          const double of_a = theta[0] + theta[1] * months_[a];
          const double of_b = theta[0] + theta[1] * months_[b];
          d[0] = of_a + of_b;
          d[1] = of_a * months_[b] + of_b * months_[a];
          if (a == b) d[2] = 1.0;
          break;
        }
        case Form::independent:
          if (a == b) d[0] = 1.0;
          break;
        case Form::correlated: {
          if (a == b) {
            d[heterogeneous_ ? a : 0] = 1.0;
            break;
          }
          const double scale = heterogeneous_ ? std::sqrt(theta[a] * theta[b]) : theta[0];
          const double r = correlation(rho, a, b);
          if (heterogeneous_) {
            d[a] = 0.5 * scale * r / theta[a];
            d[b] = 0.5 * scale * r / theta[b];
          } else {
            d[0] = r;
          }
          for (std::size_t k = 0; variances + k < parameters_; ++k) {
            d[variances + k] = scale * d_correlation(rho, a, b, k);
          }
          break;
        }
      }
    }
  }
}

void CovarianceModel::add_second_derivatives(std::span<const double> theta, std::span<const double> weights,
                                             double scale, std::span<double> out) const {
  if (linear()) return;
  const auto add = [&](std::size_t k, std::size_t l, double value) {
    out[k * parameters_ + l] += value;
    if (k != l) out[l * parameters_ + k] += value;
  };
  if (form_ == Form::slope_rank_1) {
    for (std::size_t a = 0; a < visits_; ++a) {
      for (std::size_t b = 0; b < visits_; ++b) {
        const double weight = scale * weights[a * visits_ + b];
        add(0, 0, 2.0 * weight);
        add(0, 1, weight * (months_[a] + months_[b]));
        add(1, 1, 2.0 * weight * months_[a] * months_[b]);
      }
    }
    return;
  }
  const std::size_t variances = variance_count();
  const std::size_t correlations = parameters_ - variances;
  const double* const rho = theta.data() + variances;
  for (std::size_t a = 1; a < visits_; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double weight = 2.0 * scale * weights[a * visits_ + b];  // both triangles
      const double spread = heterogeneous_ ? std::sqrt(theta[a] * theta[b]) : theta[0];
      if (heterogeneous_) {
        const double covariance = spread * correlation(rho, a, b);
        add(a, a, -0.25 * weight * covariance / (theta[a] * theta[a]));
        add(b, b, -0.25 * weight * covariance / (theta[b] * theta[b]));
        add(a, b, 0.25 * weight * covariance / (theta[a] * theta[b]));
      }
      for (std::size_t k = 0; k < correlations; ++k) {
        const double d = weight * d_correlation(rho, a, b, k);
        if (heterogeneous_) {
          add(a, variances + k, 0.5 * spread * d / theta[a]);
          add(b, variances + k, 0.5 * spread * d / theta[b]);
        } else {
          add(0, variances + k, d);
        }
        for (std::size_t l = 0; l <= k; ++l) {
          add(variances + k, variances + l, weight * spread * d2_correlation(rho, a, b, k, l));
        }
      }
    }
  }
}

void CovarianceModel::near_correlated(std::span<const double> sigma, std::span<double> theta) const {
  const auto variance = [&](std::size_t a) { return sigma[a * visits_ + a]; };
  const auto correlation = [&](std::size_t a, std::size_t b) {
    return sigma[a * visits_ + b] / std::sqrt(variance(a) * variance(b));
  };
  const auto bounded = [](double r) {
    return std::clamp(r, -largest_start_correlation, largest_start_correlation);
  };
  const std::size_t variances = variance_count();
  for (std::size_t a = 0; a < variances; ++a) {
    theta[a] = heterogeneous_ ? variance(a) : mean_variance(sigma, visits_);
  }
  for (std::size_t k = 0; variances + k < parameters_; ++k) {
    const auto belongs = [&](std::size_t a, std::size_t b) {
      switch (correlation_) {
        case Correlation::constant:
          return true;
        case Correlation::power:
          return a == b + 1;
        case Correlation::band:
          return lag(a, b) == k + 1;
        case Correlation::product:
          return b == k && a == k + 1;
      }
      return false;
    };
    theta[variances + k] = bounded(mean_over_pairs(visits_, belongs, correlation));
  }
}

void CovarianceModel::near_slope(std::span<const double> sigma, std::span<double> theta) const {
  // Half of the mean variance is the person's level, a twentieth (at the last visit) their slope, the rest
  // residual: Newton's steps do the rest.
  constexpr double level_share = 0.5;
  constexpr double slope_share = 0.05;
  const double variance = mean_variance(sigma, visits_);
  const double last = std::max(std::abs(months_.back()), 1e-300);
  const double residual = (1.0 - level_share - slope_share) * variance;
  if (form_ == Form::slope) {
    theta[0] = level_share * variance;
    theta[1] = 0.0;
    theta[2] = slope_share * variance / (last * last);
    theta[3] = residual;
  } else if (form_ == Form::slope_rank_1) {
    theta[0] = std::sqrt(level_share * variance);
    theta[1] = std::sqrt(slope_share * variance) / last;
    theta[2] = residual;
  } else {
    theta[0] = variance;
  }
}

void CovarianceModel::near(std::span<const double> sigma, std::span<double> theta) const {
  const auto covariance = [&](std::size_t a, std::size_t b) { return sigma[a * visits_ + b]; };
  switch (form_) {
    case Form::unstructured:
      for (std::size_t a = 0; a < visits_; ++a) {
        for (std::size_t b = 0; b <= a; ++b) theta[packed(a, b)] = covariance(a, b);
      }
      return;
    case Form::compound:
    case Form::bands:
      theta[0] = mean_variance(sigma, visits_);
      for (std::size_t k = 1; k < parameters_; ++k) {
        const auto belongs = [&](std::size_t a, std::size_t b) {
          return form_ == Form::compound || lag(a, b) == k;
        };
        theta[k] = mean_over_pairs(visits_, belongs, covariance);
      }
      return;
    case Form::correlated:
      near_correlated(sigma, theta);
      return;
    case Form::slope:
    case Form::slope_rank_1:
    case Form::independent:
      near_slope(sigma, theta);
      return;
  }
}

}  // namespace equipoise
