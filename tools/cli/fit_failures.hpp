#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/run/run.hpp"

namespace equipoise {

/// Tells on standard error of hypotheses that a few trials of the plan leave without any estimate: more
/// trials, or other numbers of participants, are not likely to have one.
void tell_where_no_fit_is_usable(const Plan& plan, RunOptions options, const std::atomic<bool>& stop);

/// How the protocols' analyses ended in one run or in many, by hypothesis.
class FitFailures {
 public:
  /// Counts a run; all of them have the same hypotheses.
  void add(const Characteristics& run);

  /// Tells on standard error of hypotheses that many trials left without a fit. Returns whether every one of
  /// them has an estimate at all.
  [[nodiscard]] bool tell() const;
  /// The same of those alone that have none.
  [[nodiscard]] bool tell_without_estimates() const;

 private:
  struct OfHypothesis {
    std::string name;
    std::uint64_t trials = 0;
    std::uint64_t unanswered = 0;  // fallbacks did not help either
    std::array<std::uint64_t, fit_status_count> status{};
    bool has_fallback = false;
    bool varies = false;  // some estimate has a standard error above 0

    [[nodiscard]] bool has_no_estimate() const { return trials > 0 && unanswered == trials; }
    [[nodiscard]] double share_failed() const;
  };
  std::vector<OfHypothesis> hypotheses_;
};

}  // namespace equipoise
