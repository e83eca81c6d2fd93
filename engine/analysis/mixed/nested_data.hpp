#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/analysis/analyse.hpp"
#include "engine/analysis/arena.hpp"
#include "engine/analysis/mixed/nested_likelihood.hpp"
#include "engine/analysis/sample.hpp"

namespace equipoise {

/// The people of one analysis, column by column: x, then y; and their clusters, a therapy group within an arm
/// or one person, counted by size.
class NestedData {
 public:
  NestedData(const TrialData& data, const Contrast& contrast, const MixedOptions& options,
             const Sample& sample, AnalysisWorkspace& workspace);

  // The design of a trial: intercept, arms, endpoints' baselines, sites.
  static constexpr std::size_t most_columns = 128;

  [[nodiscard]] std::size_t people() const { return sample_.count(); }
  [[nodiscard]] std::size_t columns() const { return count_; }
  [[nodiscard]] std::size_t treatment() const { return treatment_; }
  [[nodiscard]] std::size_t residuals() const { return residuals_; }
  [[nodiscard]] std::size_t clusters() const { return clusters_; }
  [[nodiscard]] bool has_groups() const { return has_groups_; }
  /// Whether the groups' sizes differ enough for two maxima of the likelihood.
  [[nodiscard]] bool differs_in_size() const;
  [[nodiscard]] bool too_wide() const { return too_wide_; }
  [[nodiscard]] double origin() const { return origin_; }
  [[nodiscard]] const Term& term(std::size_t column) const { return terms_[column]; }
  [[nodiscard]] double centre_of(std::size_t column) const { return centres_[column]; }
  [[nodiscard]] std::span<const ClusterClass> classes() const { return {classes_.data(), class_count_}; }
  [[nodiscard]] ArmId arm_of_residual(std::size_t residual) const;

 private:
  template <class Value>
  void add_column(Value&& value, const Term& term);
  void add_arms(const Contrast& contrast);
  void add_covariates(const Contrast& contrast, const MixedOptions& options,
                      std::span<const std::uint32_t> own);
  void add_sites();
  void sort_clusters(bool by_arm);
  [[nodiscard]] std::uint32_t find_class(std::size_t size, std::size_t residual, bool grouped);
  void sum_classes();

  const TrialData& data_;
  Sample sample_;
  Arena<double>& reals_;
  Arena<std::uint32_t>& indices_;
  std::array<bool, 256> present_{};
  std::array<std::uint8_t, 256> arm_of_{};
  std::size_t arms_ = 0;
  std::array<std::span<double>, most_columns> columns_{};
  std::array<Term, most_columns> terms_{};
  std::array<double, most_columns> centres_{};
  std::size_t count_ = 0;
  std::size_t treatment_ = 0;
  std::size_t residuals_ = 1;
  std::array<ClusterClass, 256> classes_{};
  std::size_t class_count_ = 0;
  std::size_t clusters_ = 0;
  bool has_groups_ = false;
  bool too_wide_ = false;
  double origin_ = 0.0;
  std::span<std::uint32_t> order_;
  std::span<std::uint32_t> ends_;
  std::span<std::uint32_t> class_of_;
};

}  // namespace equipoise
