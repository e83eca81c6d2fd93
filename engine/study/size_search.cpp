#include "engine/study/size_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/root.hpp"

namespace equipoise {
namespace {

// Trials go out in whole blocks of a run.
constexpr std::uint64_t block = 50;
// At a first value: tells a power of 0.5 to 0.07, enough for a start.
constexpr std::uint64_t pilot_trials = 200;
// A batch no smaller than this is worth a build of the plan.
constexpr std::uint64_t smallest_batch = 400;
// Before so many trials near it no answer is trusted, nor an end of the range.
constexpr std::uint64_t trusted_trials = 2'000;
// Values that span a range whose shape is not known.
constexpr int spanning_values = 5;

// Half of the answer's interval, unless asked for otherwise: a share of the answer, but no less than half of
// what is counted in whole numbers, nor than what half a point of power (half a percent of a half-width) is
// worth.
constexpr double usual_precision = 0.02;
constexpr double least_precision_of_whole = 0.5;
constexpr double small_step_of_power = 0.005;
constexpr double small_step_of_half_width = 0.005;

// The curve is fitted where its predictor is within this of the target's. For a power of 0.9 that is 0.61 to
// 0.99: normal theory is a straight line there, and other shapes nearly a parabola. Narrower where the fit is
// still rejected.
constexpr std::array<double, 3> window_widths{1.0, 0.7, 0.45};
constexpr double lack_of_fit = 0.01;
// On the scale of normal theory the curve is a line until its misfit is plain (chi-squared with 1 degree of
// freedom, one in two hundred): choosing by less makes intervals that hold the answer too rarely. Elsewhere
// nothing speaks for a line.
constexpr double worth_a_term = 7.88;
// How far the two outer values of a batch lie from the answer, as predictors. Half of the trials are between:
// they fix the level, the others the slope and its change.
constexpr double side = 0.3;

// A walk from value to value is no longer than this factor, for what is far away is not known.
constexpr double longest_stride = 4.0;
// A slope that is fewer of its standard errors from 0 says nothing of where the target is.
constexpr double standard_errors_of_slope = 3.0;
// An end of the range is settled by so many standard errors (one in a thousand).
constexpr double standard_errors_of_end = 3.29;
// Where the curve is told, as predictors from the target: powers of 0.66 to 0.98 around 0.9.
constexpr std::array<double, 7> telling_shifts{-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9};
// Fresh trials this far from what the curve says contradict it: one right answer in a hundred is looked for
// again.
constexpr double standard_errors_of_check = 2.576;
// Of a usual two-sided test at 0.05: only the first step of the walk leans on it.
constexpr double usual_critical_value = 1.96;
// The predictor of an interval that is endlessly wide, near enough.
constexpr double no_interval = 8.0;
// Far more rounds than a search takes.
constexpr int most_rounds = 200;

std::uint64_t whole_blocks(double trials) {
  return block * static_cast<std::uint64_t>(std::ceil(std::max(trials, 1.0) / static_cast<double>(block)));
}

}  // namespace

SizeSearch::SizeSearch(const SizeQuestion& question, TryValue try_value)
    : question_(question),
      try_value_(std::move(try_value)),
      target_(predictor_of(question.kind, question.target)),
      z_(normal_quantile(0.5 + 0.5 * question.confidence)),
      next_replicate_(question.first_replicate) {
  EQUIPOISE_EXPECTS(question.values.low < question.values.high);
  EQUIPOISE_EXPECTS(!question.start || question.values.low > 0.0);
}

// Normal theory: the quantile of the power rises with the root of the number of participants, the logarithm
// of a half-width falls with half of its logarithm.
double SizeSearch::scaled(double value) const {
  if (!question_.start) return value;
  return question_.kind == ResponseKind::rejection ? std::sqrt(value) : std::log(value);
}

double SizeSearch::unscaled(double at) const {
  if (!question_.start) return at;
  if (question_.kind == ResponseKind::half_width) return std::exp(at);
  return at > 0.0 ? at * at : 0.0;
}

/// Of the responses themselves; none and all have half a trial on the other side.
double SizeSearch::predictor(const Responses& responses) const {
  const auto n = static_cast<double>(responses.count);
  if (question_.kind == ResponseKind::half_width) {
    // Where no fit succeeded there is no interval, as if it were endlessly wide.
    return responses.count > 0 ? predictor_of(question_.kind, responses.mean()) : -no_interval;
  }
  return predictor_of(question_.kind, (responses.sum + 0.5) / (n + 1.0));
}

bool SizeSearch::reaches(const Responses& responses) const {
  return predictor(responses) >= target_;
}

/// Whether the responses are above (or below) the target by more than chance.
bool SizeSearch::clearly(bool reached, const Responses& responses) const {
  if (responses.count == 0) return !reached && responses.trials > 0;
  const auto n = static_cast<double>(responses.count);
  const double spread = std::sqrt(responses.variance());
  // Two of each kind are added (Agresti and Coull 1998): a power of 0 or 1 so far is not known exactly.
  const double p = (responses.sum + 2.0) / (n + 4.0);
  const double error = question_.kind == ResponseKind::rejection ? std::sqrt(p * (1.0 - p) / (n + 4.0))
                                                                 : spread / std::sqrt(n);
  const double gain = question_.kind == ResponseKind::rejection ? responses.mean() - question_.target
                                                                : question_.target - responses.mean();
  return reached ? gain > standard_errors_of_end * error : gain < -standard_errors_of_end * error;
}

double SizeSearch::best_end() const {
  return direction_ > 0.0 ? question_.values.high : question_.values.low;
}

double SizeSearch::worst_end() const {
  return direction_ > 0.0 ? question_.values.low : question_.values.high;
}

/// As asked; else a share of the answer, or what moves the response too little to matter, whichever is wider.
double SizeSearch::precision_at(double value) const {
  if (question_.precision) return *question_.precision;
  double precision = usual_precision * std::abs(value);
  if (question_.values.whole) precision = std::max(precision, least_precision_of_whole);
  if (!curve_ || !tells(*curve_)) return precision;
  const bool power = question_.kind == ResponseKind::rejection;
  const double shift = power ? small_step_of_power / normal_density(target_) : small_step_of_half_width;
  const double at = *curve_->where(target_, direction_);
  const double moved = unscaled(at + shift / curve_->slope(at)) - unscaled(at);
  return std::max(precision, std::abs(moved));
}

void SizeSearch::learn(double value, std::uint64_t first_replicate, const Responses& responses) {
  batches_.push_back({value, first_replicate, responses});
  spent_ += responses.trials;
  const auto at = std::ranges::lower_bound(tried_, value, {}, &Batch::value);
  if (at != tried_.end() && at->value == value) {
    at->responses.merge(responses);
  } else {
    tried_.insert(at, batches_.back());
  }
}

std::vector<Batch> SizeSearch::tried() const {
  return tried_;
}

void SizeSearch::make(double value, std::uint64_t trials) {
  if (interrupted_ || trials == 0) return;
  const Responses responses = try_value_(value, next_replicate_, trials);
  if (responses.trials > 0) learn(value, next_replicate_, responses);
  next_replicate_ += trials;
  interrupted_ = responses.trials < trials;
}

void SizeSearch::pilot() {
  expected_ = spent_ + 10'000;
  if (question_.start) {
    make(question_.values.nearest(*question_.start), pilot_trials);
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
  for (const Batch& batch : tried_) {
    const auto n = static_cast<double>(batch.responses.count);
    weights += n;
    mean_at += n * scaled(batch.value);
    mean_predictor += n * predictor(batch.responses);
  }
  double slope = 0.0;
  for (const Batch& batch : tried_) {
    const auto n = static_cast<double>(batch.responses.count);
    slope += n * (scaled(batch.value) - mean_at / weights) *
             (predictor(batch.responses) - mean_predictor / weights);
  }
  direction_ = slope < 0.0 ? -1.0 : 1.0;
}

std::vector<CurvePoint> SizeSearch::points() const {
  std::vector<CurvePoint> points;
  for (const Batch& batch : tried_) {
    if (batch.responses.count > 1) points.push_back({scaled(batch.value), batch.responses});
  }
  return points;
}

/// Whether the curve says where the target is: it crosses it in the right direction, by more than chance.
bool SizeSearch::tells(const ResponseCurve& curve) const {
  const std::optional<double> at = curve.where(target_, direction_);
  return at && direction_ * curve.slope(*at) > standard_errors_of_slope * curve.slope_error(*at);
}

/// The line or the parabola.
std::optional<ResponseCurve> SizeSearch::best_curve(std::span<const CurvePoint> points) const {
  std::optional<ResponseCurve> line = fit_curve(question_.kind, points, 2);
  if (!line) return std::nullopt;
  std::optional<ResponseCurve> parabola = fit_curve(question_.kind, points, 3);
  if (!parabola || !tells(*parabola)) return line;
  const bool straight = question_.start && line->deviance() - parabola->deviance() <= worth_a_term;
  return straight ? line : parabola;
}

std::vector<CurvePoint> SizeSearch::near(const ResponseCurve& curve, double width) const {
  std::vector<CurvePoint> close;
  for (const CurvePoint& point : points()) {
    if (std::abs(curve.predictor(point.at) - target_) <= width) close.push_back(point);
  }
  return close;
}

/// A first curve through everything says which points are near the target; the curve through those counts.
void SizeSearch::fit() {
  std::vector<CurvePoint> used = points();
  curve_ = best_curve(used);
  if (curve_) {
    for (const double width : window_widths) {
      const std::vector<CurvePoint> close = near(*curve_, width);
      const std::optional<ResponseCurve> local = best_curve(close);
      if (!local || !tells(*local)) break;
      curve_ = local;
      used = close;
      if (local->df() <= 0 || chi_squared_cdf(local->deviance(), local->df()) < 1.0 - lack_of_fit) break;
    }
  }
  near_trials_ = 0;
  for (const CurvePoint& point : used) near_trials_ += point.responses.trials;
}

/// The end of the interval on one side of the answer: where the curve's own interval no longer holds the
/// target.
double SizeSearch::limit(double at, double side_of_answer) const {
  const double better = side_of_answer * direction_;  // 1: towards what reaches the target
  const auto beyond = [&](double x) {
    return better * (curve_->predictor(x) - target_) - z_ * curve_->standard_error(x);
  };
  double stride = curve_->standard_error(at) / std::abs(curve_->slope(at));
  double near_end = at;
  constexpr int most_strides = 60;
  for (int k = 0; k < most_strides; ++k) {
    const double far_end = near_end + side_of_answer * stride;
    if (beyond(far_end) > 0.0)
      return find_root(beyond, std::min(near_end, far_end), std::max(near_end, far_end));
    near_end = far_end;
    stride *= 1.3;
  }
  return near_end;
}

std::optional<SizeSearch::Crossing> SizeSearch::crossing() const {
  if (!curve_ || !tells(*curve_)) return std::nullopt;
  const double at = *curve_->where(target_, direction_);
  return Crossing{at, limit(at, -1.0), limit(at, 1.0)};
}

std::optional<SizeOutcome> SizeSearch::settled_at_an_end() const {
  const auto settled = [&](double end, bool reached) {
    const auto at = std::ranges::find(tried_, end, &Batch::value);
    return at != tried_.end() && at->responses.trials >= trusted_trials && clearly(reached, at->responses);
  };
  const auto any = [&](bool reached) {
    return std::ranges::any_of(tried_,
                               [&](const Batch& batch) { return reaches(batch.responses) == reached; });
  };
  if (settled(best_end(), false) && !any(true)) return SizeOutcome::unreachable;
  if (settled(worst_end(), true) && !any(false)) return SizeOutcome::everywhere;
  return std::nullopt;
}

/// A few trials may look better than they are: they count only where no value has more.
void SizeSearch::put_best(SizeAnswer& answer) const {
  const Batch* best = nullptr;
  const auto trusted = [](const Batch& batch) { return batch.responses.trials >= trusted_trials; };
  for (const Batch& batch : tried_) {
    if (batch.responses.count == 0) continue;
    const bool first = best == nullptr || (trusted(batch) && !trusted(*best));
    const bool as_trusted = best != nullptr && trusted(batch) == trusted(*best);
    if (first || (as_trusted && predictor(batch.responses) > predictor(best->responses))) best = &batch;
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

SizeAnswer SizeSearch::answer_at(const Crossing& crossing) const {
  SizeAnswer answer;
  const PossibleValues& values = question_.values;
  answer.exact = unscaled(crossing.at);
  answer.value = values.from(answer.exact, direction_);
  const double low = unscaled(crossing.lower);
  const double high = unscaled(crossing.upper);
  answer.lower = values.from(low, direction_);
  answer.upper = values.from(high, direction_);
  answer.precision = precision_at(answer.exact);
  answer.precise = high - low <= 2.0 * answer.precision;
  const bool beyond = direction_ * (answer.exact - best_end()) > 0.0;
  const bool before = direction_ * (answer.exact - worst_end()) < 0.0;
  answer.outcome = beyond ? SizeOutcome::unreachable : before ? SizeOutcome::everywhere : SizeOutcome::found;
  put_best(answer);
  return answer;
}

/// The next batch around the crossing: as many trials as the interval still needs, at most as many as there
/// were.
void SizeSearch::narrow(const Crossing& crossing) {
  const SizeAnswer now = answer_at(crossing);
  const double half = 0.5 * (unscaled(crossing.upper) - unscaled(crossing.lower));
  const auto near = static_cast<double>(near_trials_);
  const double ratio = half / now.precision;
  // A twentieth more than the square law says, or a hair would be missing and another round needed.
  const double needed =
      std::max(1.05 * near * ratio * ratio - near, static_cast<double>(trusted_trials) - near);
  const double most = std::max(static_cast<double>(trusted_trials), static_cast<double>(spent_));
  expected_ = spent_ + static_cast<std::uint64_t>(
                           std::min(std::max(needed, 0.0), static_cast<double>(question_.most_trials)));
  const double left = static_cast<double>(question_.most_trials - spent_);
  const double trials = std::min(left, std::clamp(needed, static_cast<double>(smallest_batch), most));

  const PossibleValues& values = question_.values;
  double low = values.low;
  double high = values.high;
  if (question_.start) {
    // Not far beyond what was seen.
    low = std::max(low, tried_.front().value / longest_stride);
    high = std::min(high, tried_.back().value * longest_stride);
  }
  const double step = side / std::abs(curve_->slope(crossing.at));
  const auto place = [&](double at) { return values.nearest(std::clamp(unscaled(at), low, high)); };
  const double centre = place(crossing.at);
  double below = place(crossing.at - step);
  double above = place(crossing.at + step);
  if (values.whole) {
    below = std::min(below, std::max(values.low, centre - 1.0));
    above = std::max(above, std::min(values.high, centre + 1.0));
  }
  make(centre, whole_blocks(0.5 * trials));
  make(below, below < centre ? whole_blocks(0.25 * trials) : 0);
  make(above, above > centre ? whole_blocks(0.25 * trials) : 0);
}

/// Where normal theory, through one point, puts the target.
double SizeSearch::normal_theory_step(const CurvePoint& point) const {
  const double seen = predictor(point.responses);
  double at = point.at;
  if (question_.kind == ResponseKind::half_width) {
    at += 2.0 * (target_ - seen);
  } else {
    at *= (target_ + usual_critical_value) / std::max(seen + usual_critical_value, 0.1);
  }
  const double value =
      std::clamp(unscaled(at), unscaled(point.at) / longest_stride, unscaled(point.at) * longest_stride);
  // Near the start already: a second place is needed for the slope.
  constexpr double too_near = 0.15;
  if (std::abs(value / unscaled(point.at) - 1.0) > too_near) return value;
  return unscaled(point.at) * (1.0 + (reaches(point.responses) ? -2.0 : 2.0) * too_near);
}

/// Further towards an end of the range, where the target was not yet seen from both sides.
void SizeSearch::expand(double from, bool upwards) {
  const double end = upwards ? question_.values.high : question_.values.low;
  const double stride = question_.start ? (upwards ? from * longest_stride : from / longest_stride) : end;
  const double value = question_.values.nearest(upwards ? std::min(stride, end) : std::max(stride, end));
  make(value, value == from ? trusted_trials : pilot_trials);
}

/// A value some way from another, upwards (1) or downwards (-1), as far as the range goes.
double SizeSearch::further(double value, double upwards) const {
  constexpr double factor = 1.5;
  constexpr double share_of_range = 0.125;
  const double range = question_.values.high - question_.values.low;
  const double there = !question_.start ? value + upwards * share_of_range * range
                       : upwards > 0.0  ? value * factor
                                        : value / factor;
  return question_.values.nearest(there);
}

/// Without a usable curve: between the last value that does not reach the target and the first that does.
/// An answer where the two are neighbours.
std::optional<SizeAnswer> SizeSearch::bracket() {
  if (tried_.size() == 1 && question_.start) {
    make(question_.values.nearest(normal_theory_step({scaled(tried_[0].value), tried_[0].responses})),
         pilot_trials);
    return std::nullopt;
  }
  const Batch* short_of = nullptr;  // the furthest that does not reach it
  const Batch* enough = nullptr;    // the first that does
  for (const Batch& batch : tried_) {
    const bool reached = reaches(batch.responses);
    if (!reached && (short_of == nullptr || direction_ * (batch.value - short_of->value) > 0.0))
      short_of = &batch;
    if (reached && (enough == nullptr || direction_ * (batch.value - enough->value) < 0.0)) enough = &batch;
  }
  if (enough == nullptr || short_of == nullptr) {
    const bool upwards = (enough == nullptr) == (direction_ > 0.0);
    expand(upwards ? tried_.back().value : tried_.front().value, upwards);
    return std::nullopt;
  }
  const double a = short_of->value;
  const double b = enough->value;
  const bool clear = clearly(false, short_of->responses) && clearly(true, enough->responses);
  if (!clear || direction_ * (b - a) < 0.0) {
    // Too near to each other for the trials that there are: a slope is seen from further away.
    make(further(a, -direction_), smallest_batch);
    make(further(b, direction_), smallest_batch);
    return std::nullopt;
  }
  const double middle = question_.values.nearest(unscaled(0.5 * (scaled(a) + scaled(b))));
  const double precision = precision_at(b);
  const bool neighbours =
      question_.values.whole ? std::abs(b - a) <= 1.0 : std::abs(b - a) <= 2.0 * precision;
  if (!neighbours && middle != a && middle != b) {
    make(middle, pilot_trials);
    return std::nullopt;
  }
  SizeAnswer answer;
  answer.outcome = SizeOutcome::found;
  answer.value = answer.exact = b;
  answer.lower = question_.values.whole ? b : std::min(a, b);
  answer.upper = question_.values.whole ? b : std::max(a, b);
  answer.precision = precision;
  answer.precise = true;
  put_best(answer);
  return answer;
}

SizeAnswer SizeSearch::answer() {
  if (tried_.empty()) pilot();
  for (int round = 0; round < most_rounds && !interrupted_; ++round) {
    find_direction();
    if (const auto end = settled_at_an_end()) return without_crossing(*end);
    fit();
    const std::optional<Crossing> crossing = this->crossing();
    const bool exhausted = spent_ >= question_.most_trials;
    if (crossing) {
      const SizeAnswer now = answer_at(*crossing);
      if (exhausted || (now.precise && near_trials_ >= trusted_trials)) return now;
      narrow(*crossing);
      continue;
    }
    if (exhausted) return without_crossing(SizeOutcome::undecided);
    if (const auto found = bracket()) return *found;
  }
  return without_crossing(interrupted_ ? SizeOutcome::interrupted : SizeOutcome::undecided);
}

std::vector<double> SizeSearch::telling_values() const {
  std::vector<double> values;
  if (!curve_ || !tells(*curve_)) return values;
  const double at = *curve_->where(target_, direction_);
  for (const double shift : telling_shifts) {
    const double value = unscaled(at + shift / std::abs(curve_->slope(at)));
    if (value < question_.values.low || value > question_.values.high) continue;
    values.push_back(shift == 0.0 ? question_.values.from(value, direction_)
                                  : question_.values.nearest(value));
  }
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
  return values;
}

bool SizeSearch::agrees(double value, const Responses& fresh) const {
  const std::optional<FittedResponse> expected = fitted(value);
  const double beyond = expected ? std::abs(curve_->predictor(scaled(value)) - target_) : 0.0;
  if (!expected || beyond > window_widths.back()) return !clearly(false, fresh);
  if (fresh.count == 0) return false;
  const double variance = question_.kind == ResponseKind::rejection
                              ? expected->response * (1.0 - expected->response)
                              : fresh.variance();
  const double error =
      std::hypot(expected->standard_error, std::sqrt(variance / static_cast<double>(fresh.count)));
  return std::abs(fresh.mean() - expected->response) <= standard_errors_of_check * error;
}

std::optional<FittedResponse> SizeSearch::fitted(double value) const {
  if (!curve_) return std::nullopt;
  const double at = scaled(value);
  const double eta = curve_->predictor(at);
  const double error = curve_->standard_error(at);
  const double one = mean_at(question_.kind, eta - z_ * error);
  const double other = mean_at(question_.kind, eta + z_ * error);
  // By the delta method, from the half of the interval.
  return FittedResponse{mean_at(question_.kind, eta), std::min(one, other), std::max(one, other),
                        std::abs(other - one) / (2.0 * z_)};
}

}  // namespace equipoise
