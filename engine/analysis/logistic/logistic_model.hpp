#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/analysis/analyse.hpp"
#include "engine/analysis/sample.hpp"

namespace equipoise {

[[nodiscard]] inline double probability(double log_odds) {
  return 1.0 / (1.0 + std::exp(-log_odds));
}

/// A logistic model, its design row by row with the treatment's column first.
class LogisticModel {
 public:
  LogisticModel(const TrialData& data, const Contrast& contrast, const LogisticOptions& options,
                const Sample& sample, AnalysisWorkspace& workspace);

  [[nodiscard]] std::size_t count() const { return sample_.count(); }
  [[nodiscard]] std::size_t coefficients() const { return p_; }
  [[nodiscard]] std::span<const double> row(std::size_t i) const { return design_.subspan(i * p_, p_); }
  /// The log odds that a participant would have in the comparator's arm.
  [[nodiscard]] double compared_log_odds(std::size_t i) const;
  /// Whether a column says which arm somebody is in.
  [[nodiscard]] bool is_arm(std::size_t k) const { return k < first_baseline_ && k != intercept; }
  [[nodiscard]] std::span<const double> beta() const { return beta_; }
  /// L in X'WX = LL' at the maximum.
  [[nodiscard]] std::span<const double> factor() const { return information_; }
  [[nodiscard]] double log_likelihood() const { return log_likelihood_; }
  [[nodiscard]] int iterations() const { return iterations_; }
  [[nodiscard]] double fitted(std::size_t i) const { return probability(log_odds_[i]); }
  [[nodiscard]] double outcome(std::size_t i) const { return outcome_[i]; }
  [[nodiscard]] double log_odds(std::size_t i) const { return log_odds_[i]; }
  [[nodiscard]] Term term(std::size_t column) const;
  /// The weights of the coefficients that make the column's coefficient in the data's own columns: baselines
  /// are centred and scaled here.
  void own_weights(std::size_t column, std::span<double> weights) const;

  /// Maximizes over all coefficients, or with the treatment's held at a value; then from the coefficients
  /// that stand, which after a failure are those of the maximum over all.
  [[nodiscard]] FitStatus maximize(std::optional<double> held = {});

 private:
  void name_columns(const Contrast& contrast, const LogisticOptions& options);
  void fill(const Contrast& contrast, const LogisticOptions& options);
  [[nodiscard]] FitStatus climb(std::optional<double> held);
  [[nodiscard]] double evaluate(std::span<const double> beta);
  [[nodiscard]] bool find_step(std::size_t first);
  [[nodiscard]] bool take_step(std::size_t first, double decrement);
  [[nodiscard]] double largest_log_odds() const;

  static constexpr std::uint32_t absent = ~std::uint32_t{0};
  static constexpr std::size_t intercept = 1;  // its column; the treatment's is 0

  const TrialData& data_;
  Sample sample_;
  AnalysisWorkspace& workspace_;
  std::array<std::uint32_t, 256> arm_place_{};
  std::span<std::uint32_t> site_place_;
  std::span<const std::uint32_t> own_columns_;  // of each covariate
  std::size_t sites_ = 0;
  std::size_t baselines_ = 0;
  std::size_t first_baseline_ = 0;
  std::uint32_t treatment_ = 0;
  std::size_t p_ = 0;
  std::span<double> design_;
  std::span<double> outcome_;
  std::span<double> centre_;
  std::span<double> scale_;
  std::span<double> beta_;
  std::span<double> best_;
  std::span<double> trial_;
  std::span<double> step_;
  std::span<double> gain_;
  std::span<double> information_;
  std::span<double> log_odds_;
  std::span<double> scratch_;
  double log_likelihood_ = 0.0;
  int iterations_ = 0;
};

}  // namespace equipoise
