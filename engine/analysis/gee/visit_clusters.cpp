#include "engine/analysis/gee/visit_clusters.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/numeric/sums.hpp"

namespace equipoise {

VisitClusters::VisitClusters(const RepeatedMeasures& data, const MeanModel& mean, GeeOptions::Link link,
                             Arena<double>& reals)
    : data_(data), mean_(mean), link_(link) {
  const std::size_t people = data.participants;
  full_beta_ = reals.take(mean.full());
  e_ = reals.take(data.visits.size() * people);
  slope_ = reals.take(data.visits.size() * people);
  information_ = reals.take(mean.full() * mean.full());
  score_ = reals.take(mean.full());
  column_ = reals.take(people);
  weighted_ = reals.take(people);
  std::ranges::fill(slope_, 1.0);
}

SeenVisits VisitClusters::seen_in(const MissingnessPattern& pattern) const {
  SeenVisits seen;
  for (std::uint32_t t = 0; t < data_.visits.size(); ++t) {
    if (!pattern.seen(t)) continue;
    seen.visits[seen.count] = t;
    seen.places[seen.count++] = data_.positions[t];
  }
  return seen;
}

void VisitClusters::go_to(std::span<const double> beta) {
  mean_.expand_vector(beta, full_beta_);
  largest_ = 0.0;
  if (logit()) find_residuals();
}

void VisitClusters::find_residuals() {
  for (const MissingnessPattern& pattern : data_.patterns) {
    const SeenVisits seen = seen_in(pattern);
    for (std::size_t a = 0; a < seen.count; ++a) find_residuals(pattern, seen.visits[a]);
  }
}

void VisitClusters::find_residuals(const MissingnessPattern& pattern, std::size_t visit) {
  const std::span<double> e = part(e_, pattern, visit);
  const std::span<const double> y = data_.y_column(visit).subspan(pattern.first, pattern.count);
  std::ranges::fill(e, 0.0);
  for (std::size_t j = 0; j < q(); ++j) {
    const std::span<const double> x = x_of(pattern, j);
    const double beta = full_beta_[visit * q() + j];
    for (std::size_t i = 0; i < e.size(); ++i) e[i] += beta * x[i];
  }
  if (!logit()) {
    for (std::size_t i = 0; i < e.size(); ++i) e[i] = y[i] - e[i];
    return;
  }
  // With w = e^(-eta / 2): sd(mu) = w / (1 + w^2), e = y w - (1 - y) / w.
  const std::span<double> slope = part(slope_, pattern, visit);
  double largest = largest_;
  for (const double log_odds : e) largest = std::max(largest, std::abs(log_odds));
  largest_ = largest;
  for (std::size_t i = 0; i < e.size(); ++i) slope[i] = std::exp(-0.5 * e[i]);
  for (std::size_t i = 0; i < e.size(); ++i) {
    const double w = slope[i];
    const double outcome = y[i] + data_.origin;
    e[i] = outcome * w - (1.0 - outcome) / w;
    slope[i] = w / (1.0 + w * w);
  }
}

double VisitClusters::product(const MissingnessPattern& pattern, std::size_t t, std::size_t s) const {
  if (logit()) return dot(part(e_, pattern, t), part(e_, pattern, s));
  // (y_t - X b_t)'(y_s - X b_s) from the sums of products
  const double* const b_t = full_beta_.data() + t * q();
  const double* const b_s = full_beta_.data() + s * q();
  double value = pattern.yy[t * data_.visits.size() + s];
  for (std::size_t j = 0; j < q(); ++j) {
    double fitted = 0.0;
    for (std::size_t k = 0; k < q(); ++k) fitted += pattern.xx[j * q() + k] * b_s[k];
    value -= b_t[j] * (pattern.yx[s * q() + j] - fitted) + pattern.yx[t * q() + j] * b_s[j];
  }
  return value;
}

double VisitClusters::squares() const {
  double total = 0.0;
  for (const MissingnessPattern& pattern : data_.patterns) {
    for (std::size_t t = 0; t < data_.visits.size(); ++t) {
      if (pattern.seen(t)) total += product(pattern, t, t);
    }
  }
  return total;
}

void VisitClusters::add_pairs(PairSums& sums) const {
  for (const MissingnessPattern& pattern : data_.patterns) {
    const SeenVisits seen = seen_in(pattern);
    for (std::size_t a = 0; a < seen.count; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const std::uint32_t distance = seen.places[a] - seen.places[b];
        sums.products[distance] += product(pattern, seen.visits[a], seen.visits[b]);
        sums.counts[distance] += static_cast<double>(pattern.count);
      }
    }
  }
}

bool VisitClusters::sum(const WorkingCorrelation& correlation, std::span<double> information,
                        std::span<double> score) {
  std::ranges::fill(information_, 0.0);
  std::ranges::fill(score_, 0.0);
  std::array<double, most_visits * most_visits> r;
  std::array<double, most_visits * most_visits> r_inverse;
  for (const MissingnessPattern& pattern : data_.patterns) {
    const SeenVisits seen = seen_in(pattern);
    if (!correlation.matrices({seen.places.data(), seen.count}, r, r_inverse)) return false;
    if (logit()) {
      add_by_columns(pattern, seen, r_inverse.data());
    } else {
      add_by_sums(pattern, seen, r_inverse.data());
    }
  }
  mean_.compress(information_, information);
  mean_.compress_vector(score_, score);
  return true;
}

void VisitClusters::add_by_sums(const MissingnessPattern& pattern, const SeenVisits& seen,
                                const double* r_inverse) {
  const std::size_t columns = q();
  for (std::size_t b = 0; b < seen.count; ++b) {
    const std::size_t s = seen.visits[b];
    for (std::size_t j = 0; j < columns; ++j) {
      double residual = pattern.yx[s * columns + j];
      for (std::size_t k = 0; k < columns; ++k) {
        residual -= pattern.xx[j * columns + k] * full_beta_[s * columns + k];
      }
      for (std::size_t a = 0; a < seen.count; ++a) {
        score_[seen.visits[a] * columns + j] += r_inverse[a * seen.count + b] * residual;
      }
    }
    for (std::size_t a = 0; a <= b; ++a) {
      const double weight = r_inverse[a * seen.count + b];
      if (weight == 0.0) continue;
      for (std::size_t j = 0; j < columns; ++j) {
        double* const row = information_.data() + (seen.visits[a] * columns + j) * mean_.full() + s * columns;
        for (std::size_t k = 0; k < columns; ++k) row[k] += weight * pattern.xx[j * columns + k];
      }
    }
  }
}

void VisitClusters::add_by_columns(const MissingnessPattern& pattern, const SeenVisits& seen,
                                   const double* r_inverse) {
  const std::size_t columns = q();
  const std::span<double> column = column_.first(pattern.count);
  const std::span<double> weighted = weighted_.first(pattern.count);
  for (std::size_t a = 0; a < seen.count; ++a) {
    const std::size_t t = seen.visits[a];
    const std::span<const double> slope = part(slope_, pattern, t);
    std::ranges::fill(column, 0.0);
    for (std::size_t b = 0; b < seen.count; ++b) {
      const std::span<const double> e = part(e_, pattern, seen.visits[b]);
      const double weight = r_inverse[a * seen.count + b];
      for (std::size_t i = 0; i < column.size(); ++i) column[i] += weight * e[i];
    }
    for (std::size_t i = 0; i < column.size(); ++i) column[i] *= slope[i];
    for (std::size_t j = 0; j < columns; ++j) score_[t * columns + j] += dot(column, x_of(pattern, j));
    for (std::size_t b = a; b < seen.count; ++b) {
      const double weight = r_inverse[a * seen.count + b];
      if (weight == 0.0) continue;
      const std::span<const double> other = part(slope_, pattern, seen.visits[b]);
      for (std::size_t i = 0; i < column.size(); ++i) column[i] = weight * slope[i] * other[i];
      for (std::size_t j = 0; j < columns; ++j) {
        const std::span<const double> x = x_of(pattern, j);
        for (std::size_t i = 0; i < weighted.size(); ++i) weighted[i] = column[i] * x[i];
        for (std::size_t k = j; k < columns; ++k) {
          const double value = dot(weighted, x_of(pattern, k));
          double* const block = information_.data() + t * columns * mean_.full() + seen.visits[b] * columns;
          block[j * mean_.full() + k] += value;
          if (k > j) block[k * mean_.full() + j] += value;
        }
      }
    }
  }
}

double VisitClusters::robust_variance(const Bread& bread, std::span<const double> l,
                                      GeeOptions::Correction correction, Arena<double>& reals) {
  if (!logit()) find_residuals();
  SandwichOfVisits sandwich(data_, mean_, {e_, slope_}, bread, l, reals);
  double total = 0.0;
  for (const MissingnessPattern& pattern : data_.patterns) {
    total += sandwich(pattern, seen_in(pattern), correction);
  }
  return total;
}

}  // namespace equipoise
