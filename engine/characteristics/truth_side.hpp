#pragma once

#include "engine/analysis/question.hpp"
#include "engine/characteristics/true_value.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {

/// Where a true value lies, as far as its own simulation error tells.
struct TruthSide {
  bool null_is_true = false;  // or not told from true: rejections are type I errors
  bool wrong = false;         // told from the null, on the side that the hypothesis does not claim
};

/// Of a hypothesis' contrast, by the true value on the scale of its protocol's analysis. Where there is none
/// arms that do not differ do so on every scale; a margin is of the protocol's own.
[[nodiscard]] TruthSide side_of(const TrueValue& truth, const PlannedTest& test, const Hypothesis& hypothesis,
                                Level level);

}  // namespace equipoise
