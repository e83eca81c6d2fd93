#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// How the protocols' analyses ended in one run or in many, by hypothesis.
class FitFailures {
 public:
  /// Counts a run; all of them have the same hypotheses.
  void add(const Characteristics& run);

  /// Tells on standard error of hypotheses that many trials left without a fit. Returns whether every one of
  /// them has an estimate at all.
  [[nodiscard]] bool tell() const;

 private:
  struct OfHypothesis {
    std::string name;
    std::uint64_t trials = 0;
    std::uint64_t unanswered = 0;  // fallbacks did not help either
    std::array<std::uint64_t, fit_status_count> status{};
    bool has_fallback = false;
  };
  std::vector<OfHypothesis> hypotheses_;
};

}  // namespace equipoise
