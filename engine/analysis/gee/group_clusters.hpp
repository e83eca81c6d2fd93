#pragma once

#include <cstdint>
#include <span>

#include "engine/analysis/gee/clusters.hpp"
#include "engine/analysis/mmrm/mean_model.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"
#include "engine/design/trial_data.hpp"

namespace equipoise {

/// Therapy groups at one visit, of any size; who is in no group is a cluster of one. R^-1 = own (1 - shared
/// J), so that of a cluster sums over its members suffice.
class GroupClusters final : public GeeClusters {
 public:
  /// `data`: of that visit alone.
  GroupClusters(const TrialData& trial, const RepeatedMeasures& data, const MeanModel& mean,
                GeeOptions::Link link, Arena<double>& reals, Arena<std::uint32_t>& indices);

  [[nodiscard]] std::size_t coefficients() const override { return p_; }
  [[nodiscard]] std::size_t observations() const override { return y_.size(); }
  [[nodiscard]] std::size_t clusters() const override { return ends_.size(); }
  void go_to(std::span<const double> beta) override;
  [[nodiscard]] double largest_log_odds() const override { return largest_; }
  [[nodiscard]] double squares() const override;
  void add_pairs(PairSums& sums) const override;
  [[nodiscard]] bool sum(const WorkingCorrelation& correlation, std::span<double> information,
                         std::span<double> score) override;
  [[nodiscard]] double robust_variance(const Bread& bread, std::span<const double> l,
                                       GeeOptions::Correction correction, Arena<double>& reals) override;

 private:
  void read_rows(const RepeatedMeasures& data, const MeanModel& mean, Arena<double>& reals);
  /// Z'R^-1 Z (both triangles) and Z'R^-1 e of one cluster, into `g_` and `s_`. False where R is no
  /// correlation.
  [[nodiscard]] bool sum_cluster(std::size_t first, std::size_t last, const WorkingCorrelation& correlation);
  [[nodiscard]] double corrected_score(const Bread& bread, std::span<const double> l,
                                       GeeOptions::Correction correction);
  [[nodiscard]] double score_by_element(const Bread& bread) const;

  std::size_t p_;
  GeeOptions::Link link_;
  std::span<std::uint32_t> order_;  // people, cluster by cluster
  std::span<std::uint32_t> ends_;   // of each cluster
  std::span<double> x_;             // people x coefficients
  std::span<double> y_;
  std::span<double> z_;
  std::span<double> e_;
  std::span<double> g_;
  std::span<double> s_;
  std::span<double> sum_z_;
  std::span<double> moved_;  // M l
  std::span<double> difference_;
  std::span<double> spent_;
  double largest_ = 0.0;
};

}  // namespace equipoise
