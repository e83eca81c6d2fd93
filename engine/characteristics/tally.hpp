#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/characteristics/paired_sums.hpp"
#include "engine/characteristics/true_value.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {

/// Sums over trials from which the operating characteristics come. Tallies of blocks merge; merged in the
/// order of the blocks they give the same bits however the blocks were spread over threads.
class Tally {
 public:
  /// `truths`: the true value of each hypothesis' contrast.
  Tally(const Plan& plan, std::span<const TrueValue> truths);

  /// Counts one trial: its outcome, and what the workspace still holds of its participants.
  void add(const TrialOutcome& outcome, const TrialWorkspace& workspace);
  void merge(const Tally& other);
  /// Empties the tally and keeps its storage.
  void clear();

  [[nodiscard]] std::uint64_t trials() const { return trials_; }
  /// The largest Monte Carlo standard error of a power.
  [[nodiscard]] double worst_power_mcse() const;
  [[nodiscard]] Characteristics characteristics(const Plan& plan) const;

 private:
  /// Of one analysis of one hypothesis.
  struct OfAnalysis {
    std::uint64_t rejected = 0;
    std::uint64_t rejected_by_own_fit = 0;
    std::uint64_t own_fits = 0;  // usable ones
    std::uint64_t covered = 0;
    Moments estimate;
    Moments squared_se;
    std::array<std::uint64_t, fit_status_count> status{};
    std::array<std::uint64_t, most_fallbacks> used{};
    PairedSums against_protocol;
  };
  struct OfTest {
    std::uint64_t rejected = 0;  // by the multiplicity method
    std::size_t first = 0;       // of its analyses, the protocol's
    std::size_t count = 0;
    bool null_is_true = false;
  };
  /// What an analysis' estimates are held against, and those of its fallbacks.
  struct Reference {
    std::optional<EstimateScale> scale;
    Simulated truth;
    std::array<bool, most_fallbacks> another_scale{};  // of each fallback
  };
  struct OfArm {
    std::uint64_t enrolled = 0;
    std::uint64_t retained = 0;
    std::uint64_t never_attended = 0;
    std::uint64_t groups = 0;
    std::uint64_t members = 0;
    double sessions = 0.0;
    double wait = 0.0;
  };
  struct OfVisit {
    std::uint64_t seen = 0;
    double sum = 0.0;      // of value - the endpoint's shift
    double squares = 0.0;  // likewise
  };

  void add_tests(const TrialOutcome& outcome);
  void add_analyses(const OfTest& test, const TestOutcome& outcome);
  void find_arms(std::span<const std::uint8_t> arm);
  void add_people(const TrialWorkspace& workspace);
  void add_waits(const People& people);
  void add_values(const TrialData& data);
  [[nodiscard]] TestCharacteristics of_test(std::size_t test, const Plan& plan) const;
  [[nodiscard]] AnalysisCharacteristics of_analysis(std::size_t analysis,
                                                    const PlannedAnalysis& planned) const;
  /// Whether estimates of two scales were mixed: a fallback's took the place of its own.
  [[nodiscard]] bool mixes_scales(std::size_t analysis) const;
  [[nodiscard]] ArmSummary of_arm(std::size_t arm, const Plan& plan) const;
  /// Of one arm: all bits set for its participants, none for the others.
  [[nodiscard]] std::span<const std::int64_t> members_of(std::size_t arm) const {
    const std::size_t people = members_.size() / arms_.size();
    return {members_.data() + arm * people, people};
  }
  [[nodiscard]] OfVisit& visit_at(std::size_t endpoint, std::size_t visit, std::size_t arm) {
    return visits_[(endpoint * visit_count_ + visit) * arms_.size() + arm];
  }
  [[nodiscard]] const OfVisit& visit_at(std::size_t endpoint, std::size_t visit, std::size_t arm) const {
    return visits_[(endpoint * visit_count_ + visit) * arms_.size() + arm];
  }

  std::vector<Reference> references_;  // one an analysis
  std::vector<double> shifts_;         // one an endpoint, near its mean, so that the squares lose no digits
  std::size_t visit_count_;
  std::uint64_t trials_ = 0;
  std::uint64_t any_ = 0;
  std::uint64_t all_ = 0;
  std::uint64_t any_true_null_ = 0;  // trials that reject a null hypothesis that is true
  std::vector<OfTest> tests_;
  std::vector<OfAnalysis> analyses_;  // of all hypotheses, one after another
  std::vector<OfArm> arms_;
  std::vector<OfVisit> visits_;        // endpoint x visit x arm
  std::vector<std::int64_t> members_;  // arm x participant of the trial at hand, as masks
};

}  // namespace equipoise
