#include "engine/analysis/gee/group_clusters.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/analysis/gee/leverage.hpp"

namespace equipoise {

GroupClusters::GroupClusters(const TrialData& trial, const RepeatedMeasures& data, const MeanModel& mean,
                             GeeOptions::Link link, Arena<double>& reals, Arena<std::uint32_t>& indices)
    : p_(mean.coefficients()), link_(link) {
  const std::size_t people = data.participants;
  order_ = indices.take(people);
  for (std::size_t i = 0; i < people; ++i) order_[i] = static_cast<std::uint32_t>(i);
  const auto group = [&](std::uint32_t i) { return trial.group[data.order[i]]; };
  std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    return group(a) != group(b) ? group(a) < group(b) : a < b;
  });
  ends_ = indices.take(people);
  std::size_t clusters = 0;
  for (std::size_t i = 0; i < people; ++i) {
    const bool joins = i > 0 && group(order_[i]) >= 0 && group(order_[i]) == group(order_[i - 1]);
    if (!joins) ++clusters;
    ends_[clusters - 1] = static_cast<std::uint32_t>(i + 1);
  }
  ends_ = ends_.first(clusters);
  read_rows(data, mean, reals);
  z_ = reals.take(people * p_);
  e_ = reals.take(people);
  g_ = reals.take(p_ * p_);
  s_ = reals.take(p_);
  sum_z_ = reals.take(p_);
  moved_ = reals.take(p_);
  difference_ = reals.take(p_ * p_);
  spent_ = reals.take(p_);
}

void GroupClusters::read_rows(const RepeatedMeasures& data, const MeanModel& mean, Arena<double>& reals) {
  x_ = reals.take(data.participants * p_);
  y_ = reals.take(data.participants);
  const std::span<double> full = reals.take(mean.full());
  for (std::size_t i = 0; i < data.participants; ++i) {
    for (std::size_t j = 0; j < full.size(); ++j) full[j] = data.x_column(j)[order_[i]];
    mean.compress_vector(full, x_.subspan(i * p_, p_));
    y_[i] = data.y_column(0)[order_[i]];
    if (link_ == GeeOptions::Link::logit) y_[i] += data.origin;
  }
}

void GroupClusters::go_to(std::span<const double> beta) {
  largest_ = 0.0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double* const x = x_.data() + i * p_;
    double eta = 0.0;
    for (std::size_t k = 0; k < p_; ++k) eta += x[k] * beta[k];
    double slope = 1.0;
    if (link_ == GeeOptions::Link::identity) {
      e_[i] = y_[i] - eta;
    } else {
      largest_ = std::max(largest_, std::abs(eta));
      const double mu = 1.0 / (1.0 + std::exp(-eta));
      slope = std::sqrt(mu * (1.0 - mu));
      e_[i] = (y_[i] - mu) / slope;
    }
    for (std::size_t k = 0; k < p_; ++k) z_[i * p_ + k] = slope * x[k];
  }
}

double GroupClusters::squares() const {
  double total = 0.0;
  for (const double e : e_) total += e * e;
  return total;
}

void GroupClusters::add_pairs(PairSums& sums) const {
  std::size_t first = 0;
  for (const std::uint32_t last : ends_) {
    double total = 0.0;
    for (std::size_t i = first; i < last; ++i) {
      sums.products[0] += e_[i] * total;
      total += e_[i];
    }
    const auto size = static_cast<double>(last - first);
    sums.counts[0] += 0.5 * size * (size - 1.0);
    first = last;
  }
}

bool GroupClusters::sum_cluster(std::size_t first, std::size_t last, const WorkingCorrelation& correlation) {
  WorkingCorrelation::Exchangeable inverse;
  if (!correlation.invert(last - first, inverse)) return false;
  std::ranges::fill(g_, 0.0);
  std::ranges::fill(s_, 0.0);
  std::ranges::fill(sum_z_, 0.0);
  double sum_e = 0.0;
  for (std::size_t i = first; i < last; ++i) {
    const double* const z = z_.data() + i * p_;
    sum_e += e_[i];
    for (std::size_t k = 0; k < p_; ++k) {
      sum_z_[k] += z[k];
      s_[k] += z[k] * e_[i];
      for (std::size_t l = k; l < p_; ++l) g_[k * p_ + l] += z[k] * z[l];
    }
  }
  for (std::size_t k = 0; k < p_; ++k) {
    s_[k] = inverse.own * (s_[k] - inverse.shared * sum_z_[k] * sum_e);
    for (std::size_t l = k; l < p_; ++l) {
      const double value = inverse.own * (g_[k * p_ + l] - inverse.shared * sum_z_[k] * sum_z_[l]);
      g_[k * p_ + l] = g_[l * p_ + k] = value;
    }
  }
  return true;
}

bool GroupClusters::sum(const WorkingCorrelation& correlation, std::span<double> information,
                        std::span<double> score) {
  std::ranges::fill(information, 0.0);
  std::ranges::fill(score, 0.0);
  std::size_t first = 0;
  for (const std::uint32_t last : ends_) {
    if (!sum_cluster(first, last, correlation)) return false;
    for (std::size_t k = 0; k < p_; ++k) {
      score[k] += s_[k];
      for (std::size_t l = k; l < p_; ++l) information[k * p_ + l] += g_[k * p_ + l];
    }
    first = last;
  }
  return true;
}

double GroupClusters::robust_variance(const Bread& bread, std::span<const double> l,
                                      GeeOptions::Correction correction, Arena<double>&) {
  for (std::size_t k = 0; k < p_; ++k) {
    moved_[k] = 0.0;
    for (std::size_t j = 0; j < p_; ++j) moved_[k] += bread.inverse[k * p_ + j] * l[j];
  }
  double total = 0.0;
  std::size_t first = 0;
  for (const std::uint32_t last : ends_) {
    if (!sum_cluster(first, last, bread.correlation)) return std::numeric_limits<double>::quiet_NaN();
    const double score = corrected_score(bread, l, correction);
    total += score * score;
    first = last;
  }
  return total;
}

/// Z'R^-1 f(Z M Z'R^-1) e = f(G M) s with G = Z'R^-1 Z and s = Z'R^-1 e: what is a leverage of as many rows
/// as members is one of as many as coefficients, whatever the size of the cluster. Here A is G, R is M^-1.
double GroupClusters::corrected_score(const Bread& bread, std::span<const double> l,
                                      GeeOptions::Correction correction) {
  if (correction == GeeOptions::Correction::fay_graubard) return score_by_element(bread);
  double answer = 0.0;
  if (correction == GeeOptions::Correction::none) {
    for (std::size_t k = 0; k < p_; ++k) answer += moved_[k] * s_[k];
    return answer;
  }
  std::ranges::copy(s_, spent_.begin());
  if (correction == GeeOptions::Correction::mancl_derouen) {
    double smallest = 0.0;
    for (std::size_t k = 0; k < p_ * p_; ++k) difference_[k] = bread.information[k] - g_[k];
    correct_by_inverse(p_, bread.information.data(), difference_.data(), l.data(), spent_.data(), answer,
                       smallest);
    if (smallest > least_pivot) return answer;
  } else {
    double trace = 0.0;
    for (std::size_t k = 0; k < p_ * p_; ++k) trace += bread.inverse[k] * g_[k];
    if (trace <= most_trace) {
      correct_by_series(p_, g_.data(), bread.inverse.data(), moved_.data(), spent_.data(), trace, answer);
      return answer;
    }
  }
  return correct_exactly(p_, g_.data(), bread.information.data(), moved_.data(), s_.data(), correction);
}

double GroupClusters::score_by_element(const Bread& bread) const {
  double total = 0.0;
  for (std::size_t k = 0; k < p_; ++k) {
    double leverage = 0.0;
    for (std::size_t j = 0; j < p_; ++j) leverage += g_[k * p_ + j] * bread.inverse[j * p_ + k];
    total += moved_[k] * s_[k] / std::sqrt(1.0 - std::min(most_correction, leverage));
  }
  return total;
}

}  // namespace equipoise
