#include "engine/analysis/gee/sandwich_of_visits.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/analysis/gee/leverage.hpp"

namespace equipoise {

SandwichOfVisits::SandwichOfVisits(const RepeatedMeasures& data, const MeanModel& mean,
                                   const VisitResiduals& residuals, const GeeClusters::Bread& bread,
                                   std::span<const double> l, Arena<double>& reals)
    : data_(data), mean_(mean), residuals_(residuals), bread_(bread) {
  const std::size_t p = mean.coefficients();
  m_ = reals.take(mean.full() * mean.full());
  mean.expand(bread.inverse, m_);
  moved_ = reals.take_zeros(p);
  for (std::size_t k = 0; k < p; ++k) {
    for (std::size_t j = 0; j < p; ++j) moved_[k] += bread.inverse[k * p + j] * l[j];
  }
  full_moved_ = reals.take(mean.full());
  mean.expand_vector(moved_, full_moved_);
  x_ = reals.take(data.columns.size() * lanes);
  full_ = reals.take(2 * mean.full());
  element_score_ = reals.take(p);
  element_leverage_ = reals.take(p);
}

double SandwichOfVisits::operator()(const MissingnessPattern& pattern, const SeenVisits& seen,
                                    GeeOptions::Correction correction) {
  if (!bread_.correlation.matrices({seen.places.data(), seen.count}, r_, r_inverse_)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  Four four;
  Pack total{};
  for (std::size_t first = 0; first < pattern.count; first += lanes) {
    read(pattern, seen, first, four);
    Pack score{};
    if (correction == GeeOptions::Correction::fay_graubard) {
      for (std::size_t lane = 0; lane < lanes; ++lane) score[lane] = correct_by_element(seen, four, lane);
    } else {
      correct(seen, correction, four, score);
    }
    total += score * score;
  }
  return (total[0] + total[2]) + (total[1] + total[3]);
}

/// Beyond the last participant e and the slope are 0, which adds nothing.
void SandwichOfVisits::read(const MissingnessPattern& pattern, const SeenVisits& seen, std::size_t first,
                            Four& four) {
  const std::size_t q = data_.columns.size();
  const std::size_t bytes = std::min(lanes, pattern.count - first) * sizeof(double);
  const std::size_t at = pattern.first + first;
  std::ranges::fill(x_, 0.0);
  for (std::size_t j = 0; j < q; ++j) std::memcpy(&x_[j * lanes], &data_.x_column(j)[at], bytes);
  for (std::size_t a = 0; a < seen.count; ++a) {
    const std::size_t from = seen.visits[a] * data_.participants + at;
    four.e[a] = four.slope[a] = four.weight[a] = Pack{};
    std::memcpy(&four.e[a], &residuals_.e[from], bytes);
    std::memcpy(&four.slope[a], &residuals_.slope[from], bytes);
    for (std::size_t j = 0; j < q; ++j) {
      Pack x;
      std::memcpy(&x, &x_[j * lanes], sizeof x);
      four.weight[a] += full_moved_[seen.visits[a] * q + j] * x;
    }
    four.weight[a] *= four.slope[a];
  }
}

void SandwichOfVisits::find_leverage(const SeenVisits& seen, const Four& four) {
  const std::size_t q = data_.columns.size();
  for (std::size_t a = 0; a < seen.count; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const double* const block = m_.data() + seen.visits[a] * q * mean_.full() + seen.visits[b] * q;
      Pack value{};
      for (std::size_t j = 0; j < q; ++j) {
        Pack x;
        Pack row{};
        for (std::size_t k = 0; k < q; ++k) {
          std::memcpy(&x, &x_[k * lanes], sizeof x);
          row += block[j * mean_.full() + k] * x;
        }
        std::memcpy(&x, &x_[j * lanes], sizeof x);
        value += x * row;
      }
      value *= four.slope[a] * four.slope[b];
      a_[a * seen.count + b] = a_[b * seen.count + a] = value;
    }
  }
}

void SandwichOfVisits::solve(std::size_t count, const Pack* b, Pack* out) const {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = Pack{};
    for (std::size_t j = 0; j < count; ++j) out[i] += r_inverse_[i * count + j] * b[j];
  }
}

void SandwichOfVisits::correct(const SeenVisits& seen, GeeOptions::Correction correction, Four& four,
                               Pack& score) {
  const std::size_t n = seen.count;
  std::array<Pack, most_visits> left;
  if (correction == GeeOptions::Correction::none) {
    solve(n, four.e.data(), left.data());
    for (std::size_t a = 0; a < n; ++a) score += four.weight[a] * left[a];
    return;
  }
  find_leverage(seen, four);
  std::array<Pack, most_visits> e;
  std::copy_n(four.e.begin(), n, e.begin());
  if (correction == GeeOptions::Correction::mancl_derouen) {
    Pack smallest{};
    for (std::size_t k = 0; k < n * n; ++k) difference_[k] = r_[k] - a_[k];
    correct_by_inverse(n, r_.data(), difference_.data(), four.weight.data(), e.data(), score, smallest);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if (!(smallest[lane] > least_pivot)) correct_alone(seen, correction, four, lane, score);
    }
    return;
  }
  Pack trace{};
  for (std::size_t k = 0; k < n * n; ++k) trace += r_inverse_[k] * a_[k];
  const double largest = std::max(std::max(trace[0], trace[1]), std::max(trace[2], trace[3]));
  if (largest <= most_trace) {
    solve(n, four.weight.data(), left.data());
    correct_by_series(n, a_.data(), r_inverse_.data(), left.data(), e.data(), largest, score);
    return;
  }
  for (std::size_t lane = 0; lane < lanes; ++lane) correct_alone(seen, correction, four, lane, score);
}

void SandwichOfVisits::correct_alone(const SeenVisits& seen, GeeOptions::Correction correction,
                                     const Four& four, std::size_t lane, Pack& score) const {
  const std::size_t n = seen.count;
  std::array<double, most_entries> a;
  std::array<double, most_visits> e;
  std::array<double, most_visits> left;
  for (std::size_t k = 0; k < n * n; ++k) a[k] = a_[k][lane];
  for (std::size_t i = 0; i < n; ++i) {
    e[i] = four.e[i][lane];
    left[i] = 0.0;
    for (std::size_t j = 0; j < n; ++j) left[i] += r_inverse_[i * n + j] * four.weight[j][lane];
  }
  score[lane] = correct_exactly(n, a.data(), r_.data(), left.data(), e.data(), correction);
}

/// Fay and Graubard: each element k of the score by (1 - min(b, [Z'R^-1Z M]_kk))^(-1/2).
double SandwichOfVisits::correct_by_element(const SeenVisits& seen, const Four& four, std::size_t lane) {
  const std::size_t q = data_.columns.size();
  const std::size_t full = mean_.full();
  const std::span<double> scores = full_.first(full);
  const std::span<double> leverages = full_.subspan(full, full);
  std::ranges::fill(full_, 0.0);
  for (std::size_t a = 0; a < seen.count; ++a) {
    const double slope = four.slope[a][lane];
    double residual = 0.0;
    for (std::size_t b = 0; b < seen.count; ++b) residual += r_inverse_[a * seen.count + b] * four.e[b][lane];
    for (std::size_t j = 0; j < q; ++j) {
      const std::size_t at = seen.visits[a] * q + j;
      const double z = slope * x_[j * lanes + lane];
      scores[at] = z * residual;
      for (std::size_t b = 0; b < seen.count; ++b) {
        const double* const row = m_.data() + at * full + seen.visits[b] * q;
        double zm = 0.0;
        for (std::size_t k = 0; k < q; ++k) zm += row[k] * x_[k * lanes + lane];
        leverages[at] += z * r_inverse_[a * seen.count + b] * four.slope[b][lane] * zm;
      }
    }
  }
  mean_.compress_vector(scores, element_score_);
  mean_.compress_vector(leverages, element_leverage_);
  double total = 0.0;
  for (std::size_t k = 0; k < moved_.size(); ++k) {
    total += moved_[k] * element_score_[k] / std::sqrt(1.0 - std::min(most_correction, element_leverage_[k]));
  }
  return total;
}

}  // namespace equipoise
