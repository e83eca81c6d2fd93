#include "engine/analysis/mmrm/empirical.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include "engine/design/trial_data.hpp"
#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

constexpr int most = static_cast<int>(most_visits);
using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, most, most>;
using Column = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, most, 1>;

/// The sandwich, participant by participant. Of participant i with visits o, covariance S, weights W = S^-1,
/// design X and residuals r, the contrast's score is u'r with
///
///   u = A'W X Phi l,   A = 1 (empirical),   (1 - H)^-1, H = X Phi X'W (jackknife, CR3),
///   D'(D (S - X Phi X') D')^(-1/2) D, S = D'D (bias reduced, CR2)
///
/// and its variance the sum of (u'r)^2.
class Sandwich {
 public:
  Sandwich(const RepeatedFit& fit, std::span<const double> full_v, StandardError kind, Arena<double>& reals)
      : fit_(fit),
        full_v_(full_v),
        kind_(kind),
        visits_(fit.data.visits.size()),
        q_(fit.data.columns.size()),
        p_(fit.mean->coefficients()),
        full_score_(reals.take(visits_ * q_)),
        score_(reals.take(p_)),
        products_(reals.take_zeros(p_ * p_)) {}

  [[nodiscard]] EmpiricalVariance operator()() {
    for (std::size_t index = 0; index < fit_.data.patterns.size(); ++index) enter(index);
    // Under the model Cov(u_i'r_i, u_j'r_j) = [i = j] u_i'S_i u_i - z_i'z_j,   z_i = U^-T X_i'u_i, so that
    //   df = 2 E^2 / Var = (sum of variances)^2 / (sum of squared covariances).
    double outer = 0.0;
    for (const double value : products_) outer += value * value;
    return {variance_, expected_ * expected_ / (squares_ + outer)};
  }

 private:
  void enter(std::size_t index) {
    const MissingnessPattern& pattern = fit_.data.patterns[index];
    at_.clear();
    for (std::size_t t = 0; t < visits_; ++t) {
      if (pattern.seen(t)) at_.push(t);
    }
    const auto order = static_cast<int>(at_.count);
    const std::span<const double> sigma = fit_.likelihood->sigma(pattern.group);
    const std::span<const double> weights = fit_.likelihood->weights(index);
    covariance_.resize(order, order);
    weights_.resize(order, order);
    for (int a = 0; a < order; ++a) {
      for (int b = 0; b < order; ++b) {
        covariance_(a, b) = sigma[at_[a] * visits_ + at_[b]];
        weights_(a, b) = weights[at_[a] * visits_ + at_[b]];
      }
    }
    if (kind_ == StandardError::empirical_bias_reduced) root_ = covariance_.llt().matrixU();
    for (std::size_t i = pattern.first; i < pattern.first + pattern.count; ++i) add(i);
  }

  void add(std::size_t i) {
    const auto order = static_cast<int>(at_.count);
    Column r(order);
    Column xv(order);
    for (int a = 0; a < order; ++a) {
      const std::size_t row = at_[a] * q_;
      r(a) = fit_.data.y_column(at_[a])[i];
      xv(a) = 0.0;
      for (std::size_t j = 0; j < q_; ++j) {
        const double x = fit_.data.x_column(j)[i];
        r(a) -= x * fit_.likelihood->full_coefficients()[row + j];
        xv(a) += x * full_v_[row + j];
      }
    }
    Column u(order);
    u.noalias() = weights_ * xv;
    if (kind_ != StandardError::empirical) adjust(i, u);
    const double score = u.dot(r);
    variance_ += score * score;
    count(i, u);
  }

  /// u becomes A'u.
  void adjust(std::size_t i, Column& u) {
    const auto order = static_cast<int>(at_.count);
    leverage_.resize(order, order);  // X Phi X'
    for (int a = 0; a < order; ++a) {
      for (int b = 0; b <= a; ++b) {
        double value = 0.0;
        for (std::size_t j = 0; j < q_; ++j) {
          const double x = fit_.data.x_column(j)[i];
          const double* const phi =
              fit_.likelihood->full_phi().data() + (at_[a] * q_ + j) * visits_ * q_ + at_[b] * q_;
          for (std::size_t k = 0; k < q_; ++k) value += x * phi[k] * fit_.data.x_column(k)[i];
        }
        leverage_(a, b) = value;
        leverage_(b, a) = value;
      }
    }
    if (kind_ == StandardError::empirical_jackknife) {
      // (1 - W X Phi X') A'u = u
      Square left = Square::Identity(order, order);
      left.noalias() -= weights_ * leverage_;
      const Column solved = left.partialPivLu().solve(u);
      u = solved;
      return;
    }
    const Square inner = root_ * (covariance_ - leverage_) * root_.transpose();
    const Eigen::SelfAdjointEigenSolver<Square> eigen(inner);
    Column roots = eigen.eigenvalues();
    // A direction that the fit takes whole has nothing left to be scaled up (Moore and Penrose).
    const double least = least_own_share * roots.maxCoeff();
    for (int a = 0; a < order; ++a) roots(a) = roots(a) > least ? 1.0 / std::sqrt(roots(a)) : 0.0;
    const Column turned = roots.cwiseProduct(eigen.eigenvectors().transpose() * (root_ * u));
    u = root_.transpose() * (eigen.eigenvectors() * turned);
  }

  /// Adds what the degrees of freedom need.
  void count(std::size_t i, const Column& u) {
    std::ranges::fill(full_score_, 0.0);
    for (int a = 0; a < static_cast<int>(at_.count); ++a) {
      for (std::size_t j = 0; j < q_; ++j) full_score_[at_[a] * q_ + j] = u(a) * fit_.data.x_column(j)[i];
    }
    fit_.mean->compress_vector(full_score_, score_);
    solve_transposed(fit_.likelihood->factor(), p_, score_, 1);
    double taken = 0.0;
    for (const double part : score_) taken += part * part;
    const double own = u.dot(covariance_ * u);
    expected_ += own - taken;
    squares_ += own * own - 2.0 * own * taken;
    for (std::size_t k = 0; k < p_; ++k) {
      for (std::size_t l = 0; l < p_; ++l) products_[k * p_ + l] += score_[k] * score_[l];
    }
  }

  /// The observed visits of a pattern.
  struct Visits {
    std::array<std::size_t, most_visits> at{};
    std::size_t count = 0;
    void clear() { count = 0; }
    void push(std::size_t visit) { at[count++] = visit; }
    [[nodiscard]] std::size_t operator[](int place) const { return at[static_cast<std::size_t>(place)]; }
  };

  const RepeatedFit& fit_;
  std::span<const double> full_v_;
  StandardError kind_;
  std::size_t visits_;
  std::size_t q_;
  std::size_t p_;
  std::span<double> full_score_;
  std::span<double> score_;
  std::span<double> products_;
  Visits at_;
  Square covariance_;
  Square weights_;
  Square leverage_;
  Square root_;
  double variance_ = 0.0;
  double expected_ = 0.0;
  double squares_ = 0.0;
};

}  // namespace

EmpiricalVariance empirical_variance(const RepeatedFit& fit, std::span<const double> full_v,
                                     StandardError kind, Arena<double>& reals) {
  return Sandwich(fit, full_v, kind, reals)();
}

}  // namespace equipoise
