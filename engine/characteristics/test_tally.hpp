#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/characteristics/paired_sums.hpp"
#include "engine/characteristics/true_value.hpp"
#include "engine/characteristics/truth_side.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {

/// What trials said of their hypotheses, by each analysis: the part of a Tally that comes from outcomes.
class TestTally {
 public:
  /// `truths`: the true value of each hypothesis' contrast.
  TestTally(const Plan& plan, std::span<const TrueValue> truths);

  void add(const TrialOutcome& outcome);
  void merge(const TestTally& other);
  void clear();

  [[nodiscard]] std::uint64_t trials() const { return trials_; }
  /// The largest Monte Carlo standard error of a power.
  [[nodiscard]] double worst_power_mcse() const;
  /// Fills in all but the arms.
  void describe(const Plan& plan, Characteristics& all) const;

 private:
  /// Of one analysis of one hypothesis.
  struct OfAnalysis {
    std::uint64_t shown = 0;  // rejected in a direction that counts as power
    std::uint64_t rejected = 0;
    std::uint64_t for_harm = 0;
    std::uint64_t rejected_by_own_fit = 0;
    std::uint64_t shown_by_own_fit = 0;
    std::uint64_t own_fits = 0;  // usable ones
    std::uint64_t covered = 0;
    Moments estimate;
    Moments squared_se;
    std::array<std::uint64_t, fit_status_count> status{};
    std::array<std::uint64_t, most_fallbacks> used{};
    PairedSums against_protocol;
  };
  struct OfTest {
    std::uint64_t shown = 0;  // by the multiplicity method, like the next two
    std::uint64_t rejected = 0;
    std::uint64_t for_harm = 0;
    std::size_t first = 0;  // of its analyses, the protocol's
    std::size_t count = 0;
    TruthSide side;
    bool counts_either = false;  // as power
  };
  /// What an analysis' estimates are held against, and those of its fallbacks.
  struct Reference {
    std::optional<EstimateScale> scale;
    Simulated truth;
    std::array<bool, most_fallbacks> another_scale{};  // of each fallback
  };

  void add_analyses(const OfTest& test, const TestOutcome& outcome);
  [[nodiscard]] TestCharacteristics of_test(std::size_t test, const Plan& plan) const;
  [[nodiscard]] AnalysisCharacteristics of_analysis(std::size_t analysis, const PlannedAnalysis& planned,
                                                    const Question& question) const;
  /// Of a test in one direction exactly 0.
  [[nodiscard]] Simulated harm_of(std::uint64_t for_harm, const Question& question,
                                  std::uint64_t answers) const;
  /// Whether estimates of two scales were mixed: a fallback's took the place of its own.
  [[nodiscard]] bool mixes_scales(std::size_t analysis) const;
  /// The share of all trials; NaN where none of them had an answer, which is no share of nothing.
  [[nodiscard]] Simulated answered_share(std::uint64_t part, std::uint64_t answers) const;

  std::vector<Reference> references_;  // one an analysis
  std::uint64_t trials_ = 0;
  std::uint64_t any_ = 0;
  std::uint64_t all_ = 0;
  std::uint64_t any_true_null_ = 0;  // trials that reject a null hypothesis that is true
  std::vector<OfTest> tests_;
  std::vector<OfAnalysis> analyses_;  // of all hypotheses, one after another
};

}  // namespace equipoise
