#include "engine/analysis/logistic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/analysis/sample.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/cholesky.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/root.hpp"

namespace equipoise {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr int most_halvings = 30;
// Newton's method needs five to ten steps where there is a maximum. Where there is none, a log odds grows by
// about one a step: after 25 steps someone's passes 15, odds that no trial can tell from certainty.
constexpr int most_iterations = 25;
constexpr double certain = 15.0;
// Twice what a step would gain in log-likelihood; rounding.
constexpr double no_gain = 1e-20;
// A limit of a profile likelihood is looked for as far as Wald's first, then twice as far, and so on: in a
// leap the other coefficients would be sought from too far.
constexpr int most_doublings = 12;

double probability(double log_odds) {
  return 1.0 / (1.0 + std::exp(-log_odds));
}

/// log(1 + e^x)
double softplus(double x) {
  return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// A logistic model, its design row by row with the treatment's column first.
class LogisticModel {
 public:
  LogisticModel(const TrialData& data, const Contrast& contrast, const LogisticOptions& options,
                const Sample& sample, AnalysisWorkspace& workspace)
      : data_(data), sample_(sample), workspace_(workspace) {
    name_columns(contrast, options);
    fill(contrast, options);
    Arena<double>& reals = workspace.reals;
    outcome_ = reals.take(count());
    read_outcome(data, contrast, sample.participants, outcome_);
    beta_ = reals.take_zeros(p_);
    best_ = reals.take(p_);
    trial_ = reals.take(p_);
    step_ = reals.take(p_);
    information_ = reals.take(p_ * p_);
    log_odds_ = reals.take(count());
    scratch_ = reals.take(p_);
  }

  [[nodiscard]] std::size_t count() const { return sample_.count(); }
  [[nodiscard]] std::size_t coefficients() const { return p_; }
  [[nodiscard]] std::span<const double> row(std::size_t i) const { return design_.subspan(i * p_, p_); }
  /// The log odds that a participant would have in the comparator's arm.
  [[nodiscard]] double compared_log_odds(std::size_t i) const {
    double of_comparator = log_odds(i);
    for (std::size_t k = 0; k < first_baseline_; ++k) {
      if (is_arm(k)) of_comparator -= beta_[k] * row(i)[k];
    }
    return of_comparator;
  }
  /// Whether a column says which arm somebody is in.
  [[nodiscard]] bool is_arm(std::size_t k) const { return k < first_baseline_ && k != 1; }
  [[nodiscard]] std::span<const double> beta() const { return beta_; }
  /// L in X'WX = LL' at the maximum.
  [[nodiscard]] std::span<const double> factor() const { return information_; }
  [[nodiscard]] double log_likelihood() const { return log_likelihood_; }
  [[nodiscard]] int iterations() const { return iterations_; }
  [[nodiscard]] double fitted(std::size_t i) const { return probability(log_odds_[i]); }
  [[nodiscard]] double outcome(std::size_t i) const { return outcome_[i]; }
  [[nodiscard]] double log_odds(std::size_t i) const { return log_odds_[i]; }
  [[nodiscard]] Term term(std::size_t column, std::span<const Covariate> adjust) const {
    if (column == 0) return {Term::Kind::arm, treatment_, {}};
    if (column == intercept) return {Term::Kind::intercept, 0, {}};
    const auto place = static_cast<std::uint32_t>(column);
    if (column < first_baseline_) {
      const auto arm = std::ranges::find(arm_place_, place) - arm_place_.begin();
      return {Term::Kind::arm, static_cast<std::uint32_t>(arm), {}};
    }
    if (column >= first_baseline_ + baselines_) {
      const auto site = std::ranges::find(site_place_, place) - site_place_.begin();
      return {Term::Kind::site, static_cast<std::uint32_t>(site), {}};
    }
    std::size_t before = column - first_baseline_;
    std::uint32_t k = 0;
    while (adjust[k].kind != Covariate::Kind::baseline || before-- > 0) ++k;
    return {Term::Kind::covariate, k, {}};
  }
  /// The weights of the coefficients that make the column's coefficient in the data's own columns: baselines
  /// are centred and scaled here.
  void own_weights(std::size_t column, std::span<double> weights) const {
    std::ranges::fill(weights, 0.0);
    const bool baseline = column >= first_baseline_ && column < first_baseline_ + baselines_;
    weights[column] = baseline ? 1.0 / scale_[column - first_baseline_] : 1.0;
    if (column != intercept) return;
    for (std::size_t b = 0; b < baselines_; ++b) weights[first_baseline_ + b] = -centre_[b] / scale_[b];
  }

  /// Maximizes over all coefficients, or with the treatment's held at a value; then from the coefficients
  /// that stand, which after a failure are those of the maximum over all.
  [[nodiscard]] FitStatus maximize(std::optional<double> held = {}) {
    const FitStatus status = climb(held);
    if (!held) std::ranges::copy(beta_, best_.begin());
    if (held && status != FitStatus::ok) std::ranges::copy(best_, beta_.begin());
    return status;
  }

 private:
  [[nodiscard]] FitStatus climb(std::optional<double> held) {
    const std::size_t first = held ? 1 : 0;
    if (held) {
      beta_[0] = *held;
    } else {
      std::ranges::fill(beta_, 0.0);
    }
    log_likelihood_ = evaluate(beta_);
    iterations_ = 0;
    while (iterations_ < most_iterations) {
      ++iterations_;
      if (!find_step(first)) return largest_log_odds() > certain ? FitStatus::separated : FitStatus::singular;
      double decrement = 0.0;
      for (std::size_t k = first; k < p_; ++k) decrement += gain_[k];
      if (decrement <= no_gain) return FitStatus::ok;
      if (!take_step(first, decrement)) return FitStatus::ok;
    }
    return largest_log_odds() > certain ? FitStatus::separated : FitStatus::not_converged;
  }

  void name_columns(const Contrast& contrast, const LogisticOptions& options) {
    sites_ = 0;
    bool by_site = false;
    for (const Covariate& covariate : options.adjust) {
      if (covariate.kind == Covariate::Kind::site) by_site = true;
      baselines_ += covariate.kind == Covariate::Kind::baseline ? 1U : 0U;
    }
    for (const std::uint32_t i : sample_.participants) {
      if (by_site) sites_ = std::max<std::size_t>(sites_, data_.site[i] + 1U);
    }
    site_place_ = workspace_.indices.take(sites_);
    std::ranges::fill(site_place_, absent);
    arm_place_.fill(absent);
    for (const std::uint32_t i : sample_.participants) {
      if (by_site) site_place_[data_.site[i]] = 0;
      arm_place_[data_.arm[i]] = 0;
    }
    p_ = intercept + 1;
    for (std::size_t arm = 0; arm < arm_place_.size(); ++arm) {
      if (arm_place_[arm] == absent || arm == contrast.comparator.index() ||
          arm == contrast.treatment.index())
        continue;
      arm_place_[arm] = static_cast<std::uint32_t>(p_++);
    }
    first_baseline_ = p_;
    p_ += baselines_;
    bool first_site = true;
    for (std::uint32_t& place : site_place_) {
      if (place == absent) continue;
      place = first_site ? 0 : static_cast<std::uint32_t>(p_++);
      first_site = false;
    }
    treatment_ = contrast.treatment.value;
  }

  void fill(const Contrast& contrast, const LogisticOptions& options) {
    design_ = workspace_.reals.take_zeros(count() * p_);
    for (std::size_t j = 0; j < count(); ++j) {
      const std::uint32_t i = sample_.participants[j];
      double* const row = design_.data() + j * p_;
      row[0] = data_.arm[i] == treatment_ ? 1.0 : 0.0;
      row[intercept] = 1.0;
      if (arm_place_[data_.arm[i]] > 0) row[arm_place_[data_.arm[i]]] = 1.0;
      if (sites_ > 0 && site_place_[data_.site[i]] > 0) row[site_place_[data_.site[i]]] = 1.0;
    }
    const std::span<double> column = workspace_.reals.take(count());
    centre_ = workspace_.reals.take_zeros(baselines_);
    scale_ = workspace_.reals.take_zeros(baselines_);
    std::size_t b = 0;
    for (const Covariate& covariate : options.adjust) {
      if (covariate.kind != Covariate::Kind::baseline) continue;
      read_covariate(data_, contrast, covariate, sample_.participants, column);
      double mean = 0.0;
      for (const double value : column) mean += value / static_cast<double>(count());
      double squares = 0.0;
      for (const double value : column) squares += (value - mean) * (value - mean);
      // Centred and scaled: no effect of an arm changes, and no digit is lost.
      const double spread = squares > 0.0 ? std::sqrt(squares / static_cast<double>(count())) : 1.0;
      for (std::size_t j = 0; j < count(); ++j)
        design_[j * p_ + first_baseline_ + b] = (column[j] - mean) / spread;
      centre_[b] = mean;
      scale_[b] = spread;
      ++b;
    }
  }

  [[nodiscard]] double evaluate(std::span<const double> beta) {
    double total = 0.0;
    for (std::size_t i = 0; i < count(); ++i) {
      double log_odds = 0.0;
      const auto x = row(i);
      for (std::size_t k = 0; k < p_; ++k) log_odds += x[k] * beta[k];
      log_odds_[i] = log_odds;
      total += outcome_[i] * log_odds - softplus(log_odds);
    }
    return total;
  }

  /// The information is found over all coefficients; with one held its row is left out of the step.
  [[nodiscard]] bool find_step(std::size_t first) {
    std::ranges::fill(information_, 0.0);
    std::ranges::fill(step_, 0.0);
    for (std::size_t i = 0; i < count(); ++i) {
      const double fitted = probability(log_odds_[i]);
      const double weight = fitted * (1.0 - fitted);
      const auto x = row(i);
      for (std::size_t k = first; k < p_; ++k) {
        step_[k] += x[k] * (outcome_[i] - fitted);
        for (std::size_t l = first; l <= k; ++l) information_[k * p_ + l] += weight * x[k] * x[l];
      }
    }
    if (first > 0) information_[0] = 1.0;
    if (!factorize(information_, p_)) return false;
    std::ranges::copy(step_, scratch_.begin());
    forward_substitute(information_, p_, step_);
    gain_ = scratch_;
    for (std::size_t k = 0; k < p_; ++k) gain_[k] = step_[k] * step_[k];
    back_substitute(information_, p_, step_);
    return true;
  }

  [[nodiscard]] bool take_step(std::size_t first, double decrement) {
    double length = 1.0;
    for (int halving = 0; halving < most_halvings; ++halving, length *= 0.5) {
      std::ranges::copy(beta_, trial_.begin());
      for (std::size_t k = first; k < p_; ++k) trial_[k] += length * step_[k];
      const double reached = evaluate(trial_);
      // Next to the maximum rounding hides the gain.
      if (reached > log_likelihood_ || decrement < 1e-10) {
        std::ranges::copy(trial_, beta_.begin());
        log_likelihood_ = reached;
        return true;
      }
    }
    log_likelihood_ = evaluate(beta_);
    return false;
  }

  [[nodiscard]] double largest_log_odds() const {
    double largest = 0.0;
    for (const double log_odds : log_odds_) largest = std::max(largest, std::abs(log_odds));
    return largest;
  }

  static constexpr std::uint32_t absent = ~std::uint32_t{0};
  static constexpr std::size_t intercept = 1;  // its column; the treatment's is 0

  const TrialData& data_;
  Sample sample_;
  AnalysisWorkspace& workspace_;
  std::array<std::uint32_t, 256> arm_place_{};
  std::span<std::uint32_t> site_place_;
  std::size_t sites_ = 0;
  std::size_t baselines_ = 0;
  std::size_t first_baseline_ = 0;
  std::uint32_t treatment_ = 0;
  std::size_t p_ = 0;
  std::span<double> design_;
  std::span<double> outcome_;
  std::span<double> centre_;
  std::span<double> scale_;
  std::span<double> beta_;
  std::span<double> best_;
  std::span<double> trial_;
  std::span<double> step_;
  std::span<double> gain_;
  std::span<double> information_;
  std::span<double> log_odds_;
  std::span<double> scratch_;
  double log_likelihood_ = 0.0;
  int iterations_ = 0;
};

struct Answer {
  double value = 0.0;
  double variance = 0.0;
};

/// The variance of l'beta: inverse information, or with residuals e its sandwich (HC0)
/// H^-1 [sum e^2 xx'] H^-1. `l` is overwritten.
double variance_of(const LogisticModel& model, LogisticOptions::Se se, std::span<double> l) {
  forward_substitute(model.factor(), l.size(), l);
  double variance = 0.0;
  for (const double part : l) variance += part * part;
  if (se == LogisticOptions::Se::model) return variance;
  back_substitute(model.factor(), l.size(), l);
  variance = 0.0;
  for (std::size_t i = 0; i < model.count(); ++i) {
    double score = 0.0;
    for (std::size_t k = 0; k < l.size(); ++k) score += l[k] * model.row(i)[k];
    score *= model.outcome(i) - model.fitted(i);
    variance += score * score;
  }
  return variance;
}

/// The log odds ratio.
Answer odds_ratio(const LogisticModel& model, LogisticOptions::Se se, std::span<double> direction) {
  std::ranges::fill(direction, 0.0);
  direction[0] = 1.0;
  return {model.beta()[0], variance_of(model, se, direction)};
}

/// Standardized risks: p1_i and p0_i are what the model gives everybody, those of other arms as well, were
/// they in the treatment's arm (x1) and in the comparator's (x0),
///
///   m1 = mean p1, m0 = mean p0;   difference d = m1 - m0, or log ratio d = log m1 - log m0
///   D = a1 mean[p1 (1 - p1) x1] - a0 mean[p0 (1 - p0) x0],   a = 1, or 1 / m
///   model:  D'H^-1D
///   robust: sum_i [ (a1 (p1_i - m1) - a0 (p0_i - m0)) / n + D'H^-1 x_i (y_i - p_i) ]^2
Answer standardized(const LogisticModel& model, const LogisticOptions& options, std::span<double> direction) {
  const auto n = static_cast<double>(model.count());
  const double effect = model.beta()[0];
  const auto risks = [&](std::size_t i) {
    const double untreated = model.compared_log_odds(i);
    return std::pair{probability(untreated + effect), probability(untreated)};
  };
  double m1 = 0.0;
  double m0 = 0.0;
  for (std::size_t i = 0; i < model.count(); ++i) {
    const auto [p1, p0] = risks(i);
    m1 += p1 / n;
    m0 += p0 / n;
  }
  const bool ratio = options.measure == LogisticOptions::Measure::risk_ratio;
  const double a1 = ratio ? 1.0 / m1 : 1.0;
  const double a0 = ratio ? 1.0 / m0 : 1.0;
  std::ranges::fill(direction, 0.0);
  for (std::size_t i = 0; i < model.count(); ++i) {
    const auto [p1, p0] = risks(i);
    const double w1 = a1 * p1 * (1.0 - p1) / n;
    const double w0 = a0 * p0 * (1.0 - p0) / n;
    direction[0] += w1;
    for (std::size_t k = 1; k < direction.size(); ++k) {
      if (!model.is_arm(k)) direction[k] += (w1 - w0) * model.row(i)[k];
    }
  }
  const double value = ratio ? std::log(m1) - std::log(m0) : m1 - m0;
  forward_substitute(model.factor(), direction.size(), direction);
  double variance = 0.0;
  for (const double part : direction) variance += part * part;
  if (options.se == LogisticOptions::Se::model) return {value, variance};
  back_substitute(model.factor(), direction.size(), direction);
  variance = 0.0;
  for (std::size_t i = 0; i < model.count(); ++i) {
    const auto [p1, p0] = risks(i);
    double influence = 0.0;
    for (std::size_t k = 0; k < direction.size(); ++k) influence += direction[k] * model.row(i)[k];
    influence *= model.outcome(i) - model.fitted(i);
    influence += (a1 * (p1 - m1) - a0 * (p0 - m0)) / n;
    variance += influence * influence;
  }
  return {value, variance};
}

/// The signed root of twice the difference of log-likelihoods, the treatment's coefficient free and held.
class LikelihoodRatio {
 public:
  explicit LikelihoodRatio(LogisticModel& model)
      : model_(model), best_(model.log_likelihood()), value_(model.beta()[0]) {}

  [[nodiscard]] double operator()(double null) {
    if (model_.maximize(null) != FitStatus::ok) return std::nan("");
    const double twice = 2.0 * (best_ - model_.log_likelihood());
    return std::copysign(std::sqrt(std::max(0.0, twice)), value_ - null);
  }
  /// Where the root is z: a confidence limit of the profile likelihood. Infinite where none is found.
  [[nodiscard]] double limit(double z, double se) {
    const auto beyond = [&](double null) { return (*this)(null)-z; };
    double near = value_;
    double far = value_ - z * se;
    for (int doubling = 0; doubling < most_doublings; ++doubling) {
      const double at_far = beyond(far);
      if (std::isnan(at_far)) break;
      if (z * at_far >= 0.0) return find_root(beyond, std::min(near, far), std::max(near, far));
      near = far;
      far = value_ + 2.0 * (far - value_);
    }
    return std::copysign(infinite, -z);
  }

 private:
  LogisticModel& model_;
  double best_;
  double value_;
};

void describe(const LogisticModel& model, const LogisticOptions& options, FitDetails& details) {
  details.participants = details.observations = model.count();
  details.iterations = model.iterations();
  details.log_likelihood = model.log_likelihood();
  std::vector<double> weights(model.coefficients());
  for (std::size_t k = 0; k < weights.size(); ++k) {
    model.own_weights(k, weights);
    Coefficient& out = details.coefficients.emplace_back();
    out.term = model.term(k, options.adjust);
    for (std::size_t j = 0; j < weights.size(); ++j) out.value += weights[j] * model.beta()[j];
    out.se = std::sqrt(variance_of(model, options.se, weights));
  }
}

}  // namespace

Estimate logistic(const TrialData& data, const Contrast& contrast, const Question& question,
                  const LogisticOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  const Sample sample = observed_sample(data, contrast, options.arms, options.adjust, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  LogisticModel model(data, contrast, options, sample, workspace);
  if (model.count() <= model.coefficients()) return failed(FitStatus::too_few);
  const FitStatus status = model.maximize();
  if (status != FitStatus::ok) return failed(status);
  if (details != nullptr) describe(model, options, *details);

  const std::span<double> direction = workspace.reals.take(model.coefficients());
  const bool odds = options.measure == LogisticOptions::Measure::odds_ratio;
  const Answer answer =
      odds ? odds_ratio(model, options.se, direction) : standardized(model, options, direction);
  if (!(answer.variance > 0.0)) return failed(FitStatus::singular);
  Estimate estimate = student_test(answer.value, std::sqrt(answer.variance), infinite, question, workspace);
  if (options.test == LogisticOptions::Test::wald) return estimate;

  // The hypothesis that the treatment's coefficient is zero is the same for every measure; another null value
  // is one of the log odds ratio only.
  LikelihoodRatio ratio(model);
  const auto statistic = [&](double null) {
    if (odds || null == 0.0) return ratio(null);
    return (answer.value - null) / estimate.se;
  };
  const Question::Answer asked = question.ask(statistic, [](double z) { return normal_cdf(-z); });
  if (std::isnan(asked.statistic)) return failed(FitStatus::not_converged);
  estimate.statistic = asked.statistic;
  estimate.p = asked.p;
  if (odds) {
    const double z = workspace.quantiles(0.5 + 0.5 * question.confidence(), infinite);
    estimate.lower = ratio.limit(z, estimate.se);
    estimate.upper = ratio.limit(-z, estimate.se);
  }
  return estimate;
}

}  // namespace equipoise
