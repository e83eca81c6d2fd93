#include "engine/study/size_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/student_t.hpp"

namespace equipoise {
namespace {

// At a first value: tells a power of 0.5 to 0.07, enough for a start.
constexpr double pilot_trials = 200.0;
// A batch no smaller than this is worth a build of the plan.
constexpr double smallest_batch = 400.0;
// Before so many trials near it no answer is trusted, nor an end of the range.
constexpr std::uint64_t trusted_trials = 2'000;
// Values that span a range whose shape is not known.
constexpr int spanning_values = 5;

// How far the two outer values of a batch lie from the answer, as predictors. Half of the trials are between:
// they fix the level, the others the slope and its change.
constexpr double side = 0.3;

// A walk from value to value is no longer than this factor, for what is far away is not known.
constexpr double longest_stride = 4.0;
// Where the curve is told, as predictors from the target: powers of 0.66 to 0.98 around 0.9.
constexpr std::array<double, 7> telling_shifts{-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9};
// Fresh trials this far from what the curve says contradict it: one right answer in a hundred is looked for
// again. So far beyond the target the curve is not trusted to say more than that it is reached.
constexpr double standard_errors_of_check = 2.576;
constexpr double far_beyond = 0.45;
// Of a usual two-sided test at 0.05: only the first step of the walk leans on it.
constexpr double usual_critical_value = 1.96;
// Far more rounds than a search takes.
constexpr int most_rounds = 200;

}  // namespace

SizeSearch::SizeSearch(const SizeQuestion& question, TryValue try_value)
    : question_(question),
      try_value_(std::move(try_value)),
      scale_(question),
      curve_(scale_, question.confidence),
      precision_(question),
      next_replicate_(question.first_replicate) {
  EQUIPOISE_EXPECTS(question.values.low < question.values.high);
  EQUIPOISE_EXPECTS(!question.start || question.values.low > 0.0);
  EQUIPOISE_EXPECTS(question.unit > 0);
}

double SizeSearch::best_end() const {
  return direction_ > 0.0 ? question_.values.high : question_.values.low;
}

double SizeSearch::worst_end() const {
  return direction_ > 0.0 ? question_.values.low : question_.values.high;
}

/// The possible value nearest to a number, in whole grains as far as the range goes.
double SizeSearch::to_try(double number) const {
  const double grains = question_.grain * std::round(number / question_.grain);
  const bool within = question_.values.low <= grains && grains <= question_.values.high;
  return question_.values.nearest(question_.start && within ? grains : number);
}

/// Those that may still be spent, in whole units.
std::uint64_t SizeSearch::trials_left() const {
  if (spent_ >= question_.most_trials) return 0;
  return (question_.most_trials - spent_) / question_.unit * question_.unit;
}

/// So many trials, rounded up to whole units, or those that are left.
void SizeSearch::make(double value, double trials) {
  const auto unit = static_cast<double>(question_.unit);
  const auto whole = question_.unit * static_cast<std::uint64_t>(std::ceil(std::max(trials, 1.0) / unit));
  const std::uint64_t count = std::min(whole, trials_left());
  if (interrupted_ || count == 0) return;
  const Responses responses = try_value_(value, next_replicate_, count);
  if (responses.trials > 0) {
    tried_.add({value, next_replicate_, responses});
    spent_ += responses.trials;
    precision_.spend(value, responses.trials);
  }
  next_replicate_ += count;
  interrupted_ = responses.trials < count;
}

void SizeSearch::pilot() {
  expected_ = spent_ + 10'000;
  if (question_.start) {
    make(to_try(*question_.start), pilot_trials);
    return;
  }
  double last = std::nan("");
  for (int k = 0; k < spanning_values; ++k) {
    const double share = static_cast<double>(k) / (spanning_values - 1);
    const double value = question_.values.nearest(question_.values.low +
                                                  share * (question_.values.high - question_.values.low));
    if (value != last) make(value, pilot_trials);
    last = value;
  }
}

/// The sign of the line through all that was seen.
void SizeSearch::find_direction() {
  if (question_.start) return;
  double weights = 0.0;
  double mean_at = 0.0;
  double mean_predictor = 0.0;
  for (const Batch& batch : tried_.values()) {
    const auto n = static_cast<double>(batch.responses.count);
    weights += n;
    mean_at += n * scale_.at(batch.value);
    mean_predictor += n * scale_.predictor(batch.responses);
  }
  double slope = 0.0;
  for (const Batch& batch : tried_.values()) {
    const auto n = static_cast<double>(batch.responses.count);
    slope += n * (scale_.at(batch.value) - mean_at / weights) *
             (scale_.predictor(batch.responses) - mean_predictor / weights);
  }
  direction_ = slope < 0.0 ? -1.0 : 1.0;
}

std::optional<SizeOutcome> SizeSearch::settled_at_an_end() const {
  const auto settled = [&](double end, bool reached) {
    const auto at = std::ranges::find(tried_.values(), end, &Batch::value);
    return at != tried_.values().end() && at->responses.trials >= trusted_trials &&
           scale_.clearly(reached, at->responses);
  };
  const auto any = [&](bool reached) {
    return std::ranges::any_of(
        tried_.values(), [&](const Batch& batch) { return scale_.reaches(batch.responses) == reached; });
  };
  if (settled(best_end(), false) && !any(true)) return SizeOutcome::unreachable;
  if (settled(worst_end(), true) && !any(false)) return SizeOutcome::everywhere;
  return std::nullopt;
}

/// A few trials may look better than they are: they count only where no value has more.
void SizeSearch::put_best(SizeAnswer& answer) const {
  const Batch* best = nullptr;
  const auto trusted = [](const Batch& batch) { return batch.responses.trials >= trusted_trials; };
  for (const Batch& batch : tried_.values()) {
    if (batch.responses.count == 0) continue;
    const bool first = best == nullptr || (trusted(batch) && !trusted(*best));
    const bool as_trusted = best != nullptr && trusted(batch) == trusted(*best);
    if (first || (as_trusted && scale_.predictor(batch.responses) > scale_.predictor(best->responses)))
      best = &batch;
  }
  answer.trials = spent_;
  answer.direction = direction_;
  if (best == nullptr) return;
  answer.best_value = best->value;
  answer.best_response = best->responses.mean();
}

SizeAnswer SizeSearch::without_crossing(SizeOutcome outcome) const {
  SizeAnswer answer;
  answer.outcome = outcome;
  answer.value = outcome == SizeOutcome::unreachable ? best_end() : worst_end();
  answer.exact = answer.lower = answer.upper = std::nan("");
  put_best(answer);
  return answer;
}

void SizeSearch::tell_interval(double lower, double upper, SizeAnswer& answer) const {
  const double quantile = normal_quantile(0.5 + 0.5 * question_.confidence);
  const std::array<double, 2> told =
      question_.values.interval_from(answer.exact, lower, upper, quantile, direction_);
  answer.lower = told[0];
  answer.upper = told[1];
}

SizeAnswer SizeSearch::answer_at(const Crossing& crossing) const {
  SizeAnswer answer;
  const PossibleValues& values = question_.values;
  answer.direction = direction_;
  answer.exact = scale_.value(crossing.at);
  answer.value = values.from(answer.exact, direction_);
  const double low = scale_.value(crossing.lower);
  const double high = scale_.value(crossing.upper);
  tell_interval(low, high, answer);
  answer.half_width = 0.5 * (high - low);
  answer.precision = precision_.wanted(answer.exact, answer.half_width, curve_);
  answer.precise = answer.half_width <= answer.precision;
  answer.narrowest = precision_.narrow(answer.exact, curve_);
  const bool beyond = direction_ * (answer.exact - best_end()) > 0.0;
  const bool before = direction_ * (answer.exact - worst_end()) < 0.0;
  answer.outcome = beyond ? SizeOutcome::unreachable : before ? SizeOutcome::everywhere : SizeOutcome::found;
  put_best(answer);
  return answer;
}

SizeAnswer SizeSearch::allowing_for(double shared_error, double df, const SizeAnswer& answer) const {
  SizeAnswer wider = answer;
  if (std::isnan(shared_error) || !(df > 0.0)) {
    wider.lower = wider.upper = std::nan("");
    return wider;
  }
  // The curve's interval is normal; an error that is itself estimated from little counts for more.
  const double probability = 0.5 + 0.5 * question_.confidence;
  const double heavier = student_quantile(probability, df) / normal_quantile(probability);
  const std::optional<Crossing> crossing = curve_.crossing(heavier * shared_error);
  // A step that was found by halving has no curve: an error of the response does not move it.
  if (!crossing) return wider;
  tell_interval(scale_.value(crossing->lower), scale_.value(crossing->upper), wider);
  return wider;
}

/// The next batch around the crossing: as many trials as the interval still needs, at most as many as there
/// were.
void SizeSearch::narrow(const Crossing& crossing) {
  const SizeAnswer now = answer_at(crossing);
  const double needed = std::max(precision_.missing(now.exact, now.half_width, curve_),
                                 static_cast<double>(trusted_trials) - static_cast<double>(curve_.trials()));
  const double most = std::max(static_cast<double>(trusted_trials), static_cast<double>(spent_));
  expected_ = spent_ + static_cast<std::uint64_t>(
                           std::min(std::max(needed, 0.0), static_cast<double>(question_.most_trials)));
  const auto left = static_cast<double>(trials_left());
  const double trials = std::min(left, std::clamp(needed, smallest_batch, most));

  const PossibleValues& values = question_.values;
  double low = values.low;
  double high = values.high;
  if (question_.start) {
    // Not far beyond what was seen.
    low = std::max(low, tried_.values().front().value / longest_stride);
    high = std::min(high, tried_.values().back().value * longest_stride);
  }
  const double step = std::abs(curve_.step(crossing, side));
  const auto place = [&](double at) { return to_try(std::clamp(scale_.value(at), low, high)); };
  const double centre = place(crossing.at);
  double below = place(crossing.at - step);
  double above = place(crossing.at + step);
  if (values.whole) {
    below = std::min(below, to_try(centre - question_.grain));
    above = std::max(above, to_try(centre + question_.grain));
  }
  make(centre, 0.5 * trials);
  if (below < centre) make(below, 0.25 * trials);
  if (above > centre) make(above, 0.25 * trials);
}

/// Where normal theory, through one value's trials, puts the target.
double SizeSearch::normal_theory_step(const Batch& batch) const {
  const double seen = scale_.predictor(batch.responses);
  double at = scale_.at(batch.value);
  if (question_.kind == ResponseKind::half_width) {
    at += 2.0 * (scale_.target() - seen);
  } else {
    at *= (scale_.target() + usual_critical_value) / std::max(seen + usual_critical_value, 0.1);
  }
  const double value =
      std::clamp(scale_.value(at), batch.value / longest_stride, batch.value * longest_stride);
  // Near the start already: a second place is needed for the slope.
  constexpr double too_near = 0.15;
  if (std::abs(value / batch.value - 1.0) > too_near) return value;
  return batch.value * (1.0 + (scale_.reaches(batch.responses) ? -2.0 : 2.0) * too_near);
}

/// Further towards an end of the range, where the target was not yet seen from both sides.
void SizeSearch::expand(double from, bool upwards) {
  const double end = upwards ? question_.values.high : question_.values.low;
  const double stride = question_.start ? (upwards ? from * longest_stride : from / longest_stride) : end;
  const bool short_of_end = upwards ? stride < end : stride > end;
  const double value = short_of_end ? to_try(stride) : question_.values.nearest(end);
  make(value, value == from ? static_cast<double>(trusted_trials) : pilot_trials);
}

/// A value some way from another, upwards (1) or downwards (-1), as far as the range goes.
double SizeSearch::further(double value, double upwards) const {
  constexpr double factor = 1.5;
  constexpr double share_of_range = 0.125;
  const double range = question_.values.high - question_.values.low;
  const double there = !question_.start ? value + upwards * share_of_range * range
                       : upwards > 0.0  ? value * factor
                                        : value / factor;
  return to_try(there);
}

/// Without a usable curve: between the last value that does not reach the target and the first that does.
/// An answer where the two are neighbours.
std::optional<SizeAnswer> SizeSearch::bracket() {
  if (tried_.values().size() == 1 && question_.start) {
    make(to_try(normal_theory_step(tried_.values()[0])), pilot_trials);
    return std::nullopt;
  }
  const Batch* short_of = nullptr;  // the furthest that does not reach it
  const Batch* enough = nullptr;    // the first that does
  for (const Batch& batch : tried_.values()) {
    const bool reached = scale_.reaches(batch.responses);
    if (!reached && (short_of == nullptr || direction_ * (batch.value - short_of->value) > 0.0))
      short_of = &batch;
    if (reached && (enough == nullptr || direction_ * (batch.value - enough->value) < 0.0)) enough = &batch;
  }
  if (enough == nullptr || short_of == nullptr) {
    const bool upwards = (enough == nullptr) == (direction_ > 0.0);
    expand(upwards ? tried_.values().back().value : tried_.values().front().value, upwards);
    return std::nullopt;
  }
  const double a = short_of->value;
  const double b = enough->value;
  const bool clear = scale_.clearly(false, short_of->responses) && scale_.clearly(true, enough->responses);
  if (!clear || direction_ * (b - a) < 0.0) {
    // Too near to each other for the trials that there are: a slope is seen from further away.
    make(further(a, -direction_), smallest_batch);
    make(further(b, direction_), smallest_batch);
    return std::nullopt;
  }
  const PossibleValues& values = question_.values;
  const double middle = values.nearest(scale_.value(0.5 * (scale_.at(a) + scale_.at(b))));
  const bool neighbours =
      values.whole ? values.next(a, direction_) == b : std::abs(b - a) <= 2.0 * precision_.narrow(b, curve_);
  if (neighbours || middle == a || middle == b) return step_at(a, b);
  make(middle, pilot_trials);
  return std::nullopt;
}

/// The answer where the response steps over the target between two neighbours.
SizeAnswer SizeSearch::step_at(double short_of, double enough) const {
  SizeAnswer answer;
  answer.outcome = SizeOutcome::found;
  answer.value = answer.exact = enough;
  answer.lower = question_.values.whole ? enough : std::min(short_of, enough);
  answer.upper = question_.values.whole ? enough : std::max(short_of, enough);
  answer.precision = answer.narrowest = precision_.narrow(enough, curve_);
  answer.precise = true;
  put_best(answer);
  return answer;
}

SizeAnswer SizeSearch::answer() {
  if (tried_.values().empty()) pilot();
  for (int round = 0; round < most_rounds && !interrupted_; ++round) {
    find_direction();
    if (const auto end = settled_at_an_end()) return without_crossing(*end);
    curve_.fit(tried_.values(), direction_);
    const std::optional<Crossing> crossing = curve_.crossing();
    const bool exhausted = trials_left() == 0;
    if (crossing) {
      const SizeAnswer now = answer_at(*crossing);
      if (exhausted || (now.precise && curve_.trials() >= trusted_trials)) return now;
      narrow(*crossing);
      continue;
    }
    if (exhausted) return without_crossing(SizeOutcome::undecided);
    if (const auto found = bracket()) return *found;
  }
  return without_crossing(interrupted_ ? SizeOutcome::interrupted : SizeOutcome::undecided);
}

std::vector<double> SizeSearch::telling_values() const {
  std::vector<double> told;
  const std::optional<Crossing> crossing = curve_.crossing();
  if (!crossing) return told;
  const PossibleValues& values = question_.values;
  for (const double shift : telling_shifts) {
    const double value = scale_.value(crossing->at + std::abs(curve_.step(*crossing, 1.0)) * shift);
    if (value < values.low || value > values.high) continue;
    told.push_back(shift == 0.0 ? values.from(value, direction_) : values.nearest(value));
  }
  std::ranges::sort(told);
  told.erase(std::unique(told.begin(), told.end()), told.end());
  return told;
}

std::optional<FittedResponse> SizeSearch::expected(double value) const {
  if (tried_.checks().empty()) return fitted(value);
  TargetCurve own(scale_, question_.confidence);
  own.fit(tried_.values_without_checks(), direction_);
  return own.fitted(value);
}

bool SizeSearch::agrees(const Batch& check) const {
  const std::optional<FittedResponse> expected = this->expected(check.value);
  if (!expected) return true;
  if (std::abs(predictor_of(question_.kind, expected->response) - scale_.target()) > far_beyond) return true;
  const Responses& fresh = check.responses;
  if (fresh.count == 0) return false;
  const double variance = question_.kind == ResponseKind::rejection
                              ? expected->response * (1.0 - expected->response)
                              : fresh.variance();
  const double error =
      std::hypot(expected->standard_error, std::sqrt(variance / static_cast<double>(fresh.count)));
  return std::abs(fresh.mean() - expected->response) <= standard_errors_of_check * error;
}

}  // namespace equipoise
