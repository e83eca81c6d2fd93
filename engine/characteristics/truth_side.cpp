#include "engine/characteristics/truth_side.hpp"

#include <cmath>

namespace equipoise {
namespace {

// A true value this many of its own standard errors from the null is not told from the null.
constexpr double standard_errors_of_null = 3.0;
// Where every effect is the same the true value has no error but that of adding up.
constexpr double rounding = 1e-12;

const Simulated& told(const TrueValue& truths, const PlannedTest& test, const Hypothesis& hypothesis) {
  const auto scale = marginal_scale(test.contrast, test.protocol().options);
  const bool of_any_scale = hypothesis.test == TestKind::superiority && hypothesis.margin == 0.0;
  return !scale && of_any_scale ? truths.difference : truths.on(scale);
}

}  // namespace

TruthSide side_of(const TrueValue& truths, const PlannedTest& test, const Hypothesis& hypothesis,
                  Level level) {
  const Simulated& truth = told(truths, test, hypothesis);
  const double margin = hypothesis.margin;
  const double tolerance = standard_errors_of_null * truth.mcse + rounding * (std::abs(truth.value) + margin);
  const double gain = sign_of(better_after(test.contrast.transform, test.contrast.better)) *
                      truth.value;  // positive where better
  switch (hypothesis.test) {
    case TestKind::superiority: {
      const bool harm = gain < -tolerance;
      if (level.sides == 2 && margin == 0.0) return {std::abs(gain) <= tolerance, harm};
      return {gain <= margin + tolerance, harm};
    }
    case TestKind::noninferiority:
      return {gain <= -margin + tolerance, gain < -margin - tolerance};
    case TestKind::equivalence:
      return {std::abs(gain) >= margin - tolerance, std::abs(gain) > margin + tolerance};
  }
  return {};
}

}  // namespace equipoise
