#pragma once

#include <cstdint>
#include <optional>

#include "engine/study/size_question.hpp"
#include "engine/study/size_scale.hpp"
#include "engine/study/target_curve.hpp"

namespace equipoise {

/// How narrow the answer's interval is to be, and what that takes: as asked, or as the budget pays for.
/// Half-widths and values in units of the key.
class SizePrecision {
 public:
  explicit SizePrecision(const SizeQuestion& question);

  /// Notes what trials at a value have cost.
  void spend(double value, std::uint64_t trials);

  /// What cheap trials come to; what was asked for where it was.
  [[nodiscard]] double narrow(double value, const TargetCurve& curve) const;
  /// What the interval is to come to, which now has the half-width `half`.
  [[nodiscard]] double wanted(double value, double half, const TargetCurve& curve) const;
  /// Trials near the answer that are missing for that; less than none where none are.
  [[nodiscard]] double missing(double value, double half, const TargetCurve& curve) const;

 private:
  [[nodiscard]] double wide(double value, const TargetCurve& curve) const;
  [[nodiscard]] double affordable(double value) const;

  SizeScale scale_;
  double target_;
  bool whole_;
  std::optional<double> asked_;
  std::optional<SizeBudget> budget_;
  double seconds_ = 0.0;  // spent
};

}  // namespace equipoise
