#include "engine/analysis/gee/leverage.hpp"

#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

// On the stack: a replicate allocates nothing.
constexpr int most = static_cast<int>(most_order);
using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, most, most>;
using Column = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, most, 1>;

}  // namespace

double correct_exactly(std::size_t order, const double* a, const double* r, const double* left,
                       const double* e, GeeOptions::Correction correction) {
  const auto n = static_cast<Eigen::Index>(order);
  const Eigen::LLT<Square> cholesky(Eigen::Map<const Square>(r, n, n));
  if (cholesky.info() != Eigen::Success) return std::numeric_limits<double>::quiet_NaN();
  // With R = LL' the leverage is similar to L^-1 A L^-T, which is symmetric.
  const Square lower = cholesky.matrixL();
  const auto solve = lower.triangularView<Eigen::Lower>();
  Square inner = solve.solve(Square(Eigen::Map<const Square>(a, n, n)));
  inner = solve.solve(Square(inner.transpose()));
  const Eigen::SelfAdjointEigenSolver<Square> eigen(inner);
  Column scaled = eigen.eigenvectors().transpose() * solve.solve(Column(Eigen::Map<const Column>(e, n)));
  for (Eigen::Index i = 0; i < n; ++i) {
    const double kept = 1.0 - eigen.eigenvalues()(i);
    const bool whole = correction == GeeOptions::Correction::mancl_derouen;
    scaled(i) = kept > least_own_share ? scaled(i) / (whole ? kept : std::sqrt(kept)) : 0.0;
  }
  const Column corrected = lower * (eigen.eigenvectors() * scaled);
  return Eigen::Map<const Column>(left, n).dot(corrected);
}

}  // namespace equipoise
