#pragma once

#include <span>

#include "engine/analysis/gee/clusters.hpp"
#include "engine/analysis/gee/sandwich_of_visits.hpp"
#include "engine/analysis/mmrm/mean_model.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"

namespace equipoise {

/// Participants over their visits, pattern by pattern: those seen at the same visits share R. With the
/// identity link the equations need of them the sums of products alone, so that a step costs next to nothing;
/// with the logit they need one pass over the columns.
class VisitClusters final : public GeeClusters {
 public:
  VisitClusters(const RepeatedMeasures& data, const MeanModel& mean, GeeOptions::Link link,
                Arena<double>& reals);

  [[nodiscard]] std::size_t coefficients() const override { return mean_.coefficients(); }
  [[nodiscard]] std::size_t observations() const override { return data_.observations; }
  [[nodiscard]] std::size_t clusters() const override { return data_.participants; }
  void go_to(std::span<const double> beta) override;
  [[nodiscard]] double largest_log_odds() const override { return largest_; }
  [[nodiscard]] double squares() const override;
  void add_pairs(PairSums& sums) const override;
  [[nodiscard]] bool sum(const WorkingCorrelation& correlation, std::span<double> information,
                         std::span<double> score) override;
  [[nodiscard]] double robust_variance(const Bread& bread, std::span<const double> l,
                                       GeeOptions::Correction correction, Arena<double>& reals) override;

 private:
  [[nodiscard]] SeenVisits seen_in(const MissingnessPattern& pattern) const;
  [[nodiscard]] std::size_t q() const { return data_.columns.size(); }
  [[nodiscard]] bool logit() const { return link_ == GeeOptions::Link::logit; }
  [[nodiscard]] std::span<const double> x_of(const MissingnessPattern& pattern, std::size_t column) const {
    return data_.x_column(column).subspan(pattern.first, pattern.count);
  }
  /// A pattern's part of a matrix visits x participants.
  [[nodiscard]] std::span<double> part(std::span<double> matrix, const MissingnessPattern& pattern,
                                       std::size_t visit) const {
    return matrix.subspan(visit * data_.participants + pattern.first, pattern.count);
  }

  void find_residuals();
  void find_residuals(const MissingnessPattern& pattern, std::size_t visit);
  /// sum e e' over the members of a pattern, at two visits.
  [[nodiscard]] double product(const MissingnessPattern& pattern, std::size_t t, std::size_t s) const;
  void add_by_sums(const MissingnessPattern& pattern, const SeenVisits& seen, const double* r_inverse);
  void add_by_columns(const MissingnessPattern& pattern, const SeenVisits& seen, const double* r_inverse);

  const RepeatedMeasures& data_;
  const MeanModel& mean_;
  GeeOptions::Link link_;
  std::span<double> full_beta_;    // visits x columns of x
  std::span<double> e_;            // visits x participants
  std::span<double> slope_;        // likewise: dmu/deta / sd(mu)
  std::span<double> information_;  // of the full coefficients
  std::span<double> score_;
  std::span<double> column_;  // as long as there are participants
  std::span<double> weighted_;
  double largest_ = 0.0;
};

}  // namespace equipoise
