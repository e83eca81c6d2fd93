#include "engine/study/size_precision.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {
namespace {

// What is always made, be trials dear: a share of the answer, but no less than half of what is counted in
// whole numbers, nor than what half a point of power (half a percent of a half-width) is worth.
constexpr double wide_share = 0.02;
constexpr double least_of_whole = 0.5;
constexpr double small_step = 0.005;
// What cheap trials come to: a protocol's number that the next search repeats to a hundredth, or to a pair of
// participants. Other keys have no such unit; of them what half a point of power is worth stays.
constexpr double narrow_share = 0.01;
constexpr double narrow_participants = 2.0;
// Fewer trials more are not worth a batch.
constexpr double worth_a_batch = 400.0;
// More than the square law says, or a hair would be missing and another round needed.
constexpr double hair = 1.05;

/// What moves the response by a small step, or half of a whole number.
double worth_a_small_step(double target, bool whole, const SizeScale& scale, const TargetCurve& curve) {
  const double least = whole ? least_of_whole : 0.0;
  const std::optional<Crossing> crossing = curve.crossing();
  if (!crossing) return least;
  const bool power = scale.kind() == ResponseKind::rejection;
  const double shift = scale.predictor_error(power ? small_step : small_step * target);
  const double moved = scale.value(crossing->at + curve.step(*crossing, shift)) - scale.value(crossing->at);
  return std::max(least, std::abs(moved));
}

}  // namespace

SizePrecision::SizePrecision(const SizeQuestion& question)
    : scale_(question),
      target_(question.target),
      whole_(question.values.whole),
      asked_(question.precision),
      budget_(question.budget) {}

void SizePrecision::spend(double value, std::uint64_t trials) {
  if (budget_) seconds_ += static_cast<double>(trials) * budget_->seconds_a_trial(value);
}

double SizePrecision::wide(double value, const TargetCurve& curve) const {
  return std::max(wide_share * std::abs(value), worth_a_small_step(target_, whole_, scale_, curve));
}

double SizePrecision::narrow(double value, const TargetCurve& curve) const {
  if (asked_) return *asked_;
  const double least =
      scale_.of_participants() ? narrow_participants : worth_a_small_step(target_, whole_, scale_, curve);
  return std::min(wide(value, curve), std::max(narrow_share * std::abs(value), least));
}

/// Trials that the budget still pays for.
double SizePrecision::affordable(double value) const {
  if (!budget_) return 0.0;
  return (budget_->seconds - seconds_) / budget_->seconds_a_trial(value) -
         static_cast<double>(budget_->checks);
}

double SizePrecision::wanted(double value, double half, const TargetCurve& curve) const {
  const double narrowest = narrow(value, curve);
  if (asked_ || half <= narrowest || affordable(value) >= worth_a_batch) return narrowest;
  return wide(value, curve);
}

double SizePrecision::missing(double value, double half, const TargetCurve& curve) const {
  const auto near = static_cast<double>(curve.trials());
  const auto for_precision = [&](double precision) {
    return hair * near * (half / precision) * (half / precision) - near;
  };
  const double all = for_precision(narrow(value, curve));
  if (asked_) return all;
  return std::min(all, std::max(affordable(value), for_precision(wide(value, curve))));
}

}  // namespace equipoise
