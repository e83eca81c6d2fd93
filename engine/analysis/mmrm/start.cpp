#include "engine/analysis/mmrm/start.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

// A regression on fewer people than this beyond its coefficients says too little to start from.
constexpr double fewest_beyond = 3.0;

/// The residual variance of one visit given x and the earlier visits, and the coefficients of the latter.
struct Regression {
  double variance = 0.0;
  std::span<const double> on_earlier;
};

/// Sums of products of (x, y_0 … y_t) over those seen at all of the visits 0 … t; returns their number.
double sum_products(const RepeatedMeasures& data, std::size_t last, std::span<double> products) {
  const std::size_t q = data.columns.size();
  const std::size_t visits = data.visits.size();
  const std::size_t order = q + last + 1;
  const std::uint32_t needed = last >= 31 ? ~std::uint32_t{0} : (std::uint32_t{2} << last) - 1U;
  std::fill_n(products.begin(), order * order, 0.0);
  double count = 0.0;
  for (const MissingnessPattern& pattern : data.patterns) {
    if ((pattern.mask & needed) != needed) continue;
    count += static_cast<double>(pattern.count);
    for (std::size_t j = 0; j < q; ++j) {
      for (std::size_t k = 0; k <= j; ++k) products[j * order + k] += pattern.xx[j * q + k];
    }
    for (std::size_t t = 0; t <= last; ++t) {
      double* const row = products.data() + (q + t) * order;
      for (std::size_t j = 0; j < q; ++j) row[j] += pattern.yx[t * q + j];
      for (std::size_t s = 0; s <= t; ++s) row[q + s] += pattern.yy[t * visits + s];
    }
  }
  return count;
}

/// False where too few were seen or a column is a combination of others.
bool regress(const RepeatedMeasures& data, Likelihood kind, std::size_t visit, std::span<double> products,
             Regression& out) {
  const std::size_t q = data.columns.size();
  const std::size_t order = q + visit + 1;
  const double count = sum_products(data, visit, products);
  if (count - static_cast<double>(q + visit) < fewest_beyond) return false;
  if (!factorize(products.first(order * order), order)) return false;
  const std::span<double> last = products.subspan((order - 1) * order, order);
  const double beyond = kind == Likelihood::reml ? count - static_cast<double>(q) : count;
  out.variance = last[order - 1] * last[order - 1] / beyond;
  // Back substitution, in the row itself.
  for (std::size_t i = order - 1; i-- > 0;) {
    for (std::size_t k = i + 1; k + 1 < order; ++k) last[i] -= products[k * order + i] * last[k];
    last[i] /= products[i * order + i];
  }
  out.on_earlier = last.subspan(q, visit);
  return true;
}

/// The variance of all who were seen at a visit, about their mean.
double variance_at(const RepeatedMeasures& data, std::size_t visit) {
  const std::size_t visits = data.visits.size();
  double count = 0.0;
  double total = 0.0;
  double squares = 0.0;
  for (const MissingnessPattern& pattern : data.patterns) {
    if (!pattern.seen(visit)) continue;
    count += static_cast<double>(pattern.count);
    total += pattern.yx[visit * data.columns.size()];
    squares += pattern.yy[visit * visits + visit];
  }
  return (squares - total * total / count) / count;
}

}  // namespace

bool starting_covariance(const RepeatedMeasures& data, Likelihood kind, Arena<double>& reals,
                         std::span<double> sigma) {
  const std::size_t visits = data.visits.size();
  const std::size_t most = data.columns.size() + visits;
  const std::span<double> products = reals.take(most * most);
  double typical = 0.0;  // the mean variance of the visits that vary
  double varying = 0.0;
  for (std::size_t t = 0; t < visits; ++t) {
    const double variance = variance_at(data, t);
    if (!(variance > 0.0)) continue;
    typical += variance;
    varying += 1.0;
  }
  if (!(varying > 0.0)) return false;
  typical /= varying;

  for (std::size_t t = 0; t < visits; ++t) {
    Regression regression;
    double* const row = sigma.data() + t * visits;
    if (regress(data, kind, t, products, regression) && regression.variance > 0.0) {
      for (std::size_t s = 0; s < t; ++s) {
        row[s] = 0.0;
        for (std::size_t k = 0; k < t; ++k) row[s] += regression.on_earlier[k] * sigma[k * visits + s];
      }
      row[t] = regression.variance;
      for (std::size_t k = 0; k < t; ++k) row[t] += regression.on_earlier[k] * row[k];
    } else {
      std::fill(row, row + t, 0.0);
      const double own = variance_at(data, t);
      row[t] = own > 0.0 ? own : typical;
    }
    for (std::size_t s = 0; s < t; ++s) sigma[s * visits + t] = row[s];
  }
  return true;
}

}  // namespace equipoise
