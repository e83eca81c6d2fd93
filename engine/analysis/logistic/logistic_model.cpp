#include "engine/analysis/logistic/logistic_model.hpp"

#include <algorithm>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

constexpr int most_halvings = 30;
// Newton's method needs five to ten steps where there is a maximum. Where there is none, a log odds grows by
// about one a step: after 25 steps someone's passes 15, odds that no trial can tell from certainty.
constexpr int most_iterations = 25;
constexpr double certain = 15.0;
// Twice what a step would gain in log-likelihood; rounding.
constexpr double no_gain = 1e-20;

/// log(1 + e^x)
double softplus(double x) {
  return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

}  // namespace

LogisticModel::LogisticModel(const TrialData& data, const Contrast& contrast, const LogisticOptions& options,
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

void LogisticModel::name_columns(const Contrast& contrast, const LogisticOptions& options) {
  sites_ = 0;
  bool by_site = false;
  own_columns_ = own_columns(data_, options.adjust, sample_.participants, workspace_);
  for (std::size_t k = 0; k < options.adjust.size(); ++k) {
    if (options.adjust[k].kind == Covariate::Kind::site) by_site = true;
    baselines_ += own_columns_[k];
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
    if (arm_place_[arm] == absent || arm == contrast.comparator.index() || arm == contrast.treatment.index())
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

void LogisticModel::fill(const Contrast& contrast, const LogisticOptions& options) {
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
  for (std::size_t k = 0; k < options.adjust.size(); ++k) {
    if (own_columns_[k] == 0) continue;
    read_covariate(data_, contrast, options.adjust[k], sample_.participants, column);
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

double LogisticModel::compared_log_odds(std::size_t i) const {
  double of_comparator = log_odds(i);
  for (std::size_t k = 0; k < first_baseline_; ++k) {
    if (is_arm(k)) of_comparator -= beta_[k] * row(i)[k];
  }
  return of_comparator;
}

Term LogisticModel::term(std::size_t column) const {
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
  while (own_columns_[k] == 0 || before-- > 0) ++k;
  return {Term::Kind::covariate, k, {}};
}

void LogisticModel::own_weights(std::size_t column, std::span<double> weights) const {
  std::ranges::fill(weights, 0.0);
  const bool baseline = column >= first_baseline_ && column < first_baseline_ + baselines_;
  weights[column] = baseline ? 1.0 / scale_[column - first_baseline_] : 1.0;
  if (column != intercept) return;
  for (std::size_t b = 0; b < baselines_; ++b) weights[first_baseline_ + b] = -centre_[b] / scale_[b];
}

FitStatus LogisticModel::maximize(std::optional<double> held) {
  const FitStatus status = climb(held);
  if (!held) std::ranges::copy(beta_, best_.begin());
  if (held && status != FitStatus::ok) std::ranges::copy(best_, beta_.begin());
  return status;
}

FitStatus LogisticModel::climb(std::optional<double> held) {
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

double LogisticModel::evaluate(std::span<const double> beta) {
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
bool LogisticModel::find_step(std::size_t first) {
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

bool LogisticModel::take_step(std::size_t first, double decrement) {
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

double LogisticModel::largest_log_odds() const {
  double largest = 0.0;
  for (const double log_odds : log_odds_) largest = std::max(largest, std::abs(log_odds));
  return largest;
}

}  // namespace equipoise
