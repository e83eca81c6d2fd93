#include "engine/calibration/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "engine/numeric/moments.hpp"
#include "engine/numeric/quantile.hpp"

namespace equipoise {
namespace {

constexpr double not_aimed_at = std::numeric_limits<double>::infinity();

// Two targets are said to pull against each other from here on: each holds the other back by half a posterior
// standard deviation of some combination of parameters.
constexpr double least_pull = 0.25;

double error_of(const Target& target) {
  if (!target.se && !target.discrepancy) return std::numeric_limits<double>::quiet_NaN();
  return std::hypot(target.se.value_or(0.0), target.discrepancy.value_or(0.0));
}

bool is_aimed_at(const Target& target, const CalibrateOptions& options) {
  return target.role == TargetRole::fit && !(options.reported_only && target.is_assumed()) &&
         std::ranges::find(options.leave_out, target.trial) == options.leave_out.end();
}

MomentTargets moment_targets(const CalibrationSource& source, const CalibrateOptions& options) {
  const auto count = static_cast<Eigen::Index>(source.targets.size());
  MomentTargets targets{Eigen::VectorXd(count), Eigen::VectorXd(count)};
  for (Eigen::Index t = 0; t < count; ++t) {
    const Target& target = source.targets[static_cast<std::size_t>(t)].target;
    targets.value(t) = target.is_ratio() ? std::log(target.value) : target.value;
    targets.error(t) = is_aimed_at(target, options) ? error_of(target) : not_aimed_at;
  }
  return targets;
}

/// A fit that reaches no point at which everything that is aimed at can be counted is none.
void check_predicted(const CalibrationSource& source, const MomentTargets& targets, const MomentFit& fit) {
  if (std::isfinite(fit.misfit)) return;
  Problems problems;
  for (Eigen::Index t = 0; t < fit.predicted.size(); ++t) {
    if (!std::isfinite(targets.error(t)) || std::isfinite(fit.predicted(t))) continue;
    const SimulatedTarget& target = source.targets[static_cast<std::size_t>(t)];
    problems.add({(source.folder / "evidence.toml").string(), 0, 0},
                 fmt::format("target '{}' cannot be counted among those simulated", target.target.id),
                 "nobody is there, or all are alike",
                 "look at the scenario of its trial, or role = \"note\"");
  }
  problems.throw_if_any();
}

std::vector<TargetResult> target_results(const CalibrationSource& source, const MomentTargets& targets,
                                         const MomentFit& fit, const PosteriorSample& sample) {
  std::vector<TargetResult> results;
  for (std::size_t t = 0; t < source.targets.size(); ++t) {
    const auto row = static_cast<Eigen::Index>(t);
    TargetResult result;
    result.target = source.targets[t].target;
    result.reported = targets.value(row);
    result.error = error_of(result.target);
    result.simulated = fit.predicted(row);
    Moments spread;
    for (Eigen::Index d = 0; d < sample.predicted.cols(); ++d) spread.add(sample.predicted(row, d));
    result.simulated_sd = spread.sd();
    result.aimed_at = std::isfinite(targets.error(row));
    const double off = result.simulated - result.reported;
    if (result.aimed_at) {
      result.z = off / result.error;
      // Leaving one out divides its standardized residual by sqrt(1 - leverage), as in a linear regression.
      const Eigen::VectorXd slope = fit.jacobian.row(row).transpose() / result.error;
      const double leverage = slope.dot(fit.covariance * slope);
      result.z_left_out = result.z / std::sqrt(std::max(1.0 - leverage, 1e-6));
    } else {
      result.z = off / std::hypot(result.error, result.simulated_sd);
      result.z_left_out = result.z;
    }
    results.push_back(result);
  }
  return results;
}

std::vector<Pull> pulls_of(const std::vector<TargetResult>& targets, const MomentFit& fit) {
  std::vector<Eigen::VectorXd> pull;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const TargetResult& target = targets[t];
    pull.push_back(target.aimed_at
                       ? Eigen::VectorXd(fit.jacobian.row(static_cast<Eigen::Index>(t)).transpose() *
                                         (target.z / target.error))
                       : Eigen::VectorXd::Zero(fit.scores.size()));
  }
  std::vector<Pull> pulls;
  for (std::size_t a = 0; a < targets.size(); ++a) {
    for (std::size_t b = a + 1; b < targets.size(); ++b) {
      const double together = pull[a].dot(fit.covariance * pull[b]);
      if (together < -least_pull) pulls.push_back({a, b, -together});
    }
  }
  std::ranges::stable_sort(pulls, std::ranges::greater{}, &Pull::strength);
  return pulls;
}

ParameterResult parameter_result(const FreeParameter& parameter, double score, double score_variance,
                                 const std::vector<double>& draws) {
  ParameterResult result;
  result.parameter = parameter;
  result.value = parameter.prior.at_score(score);
  Moments spread;
  for (const double draw : draws) spread.add(draw);
  result.mean = spread.mean();
  result.sd = spread.sd();
  std::vector<double> sorted = draws;
  std::ranges::sort(sorted);
  result.low = sample_quantile(sorted, 0.05);
  result.high = sample_quantile(sorted, 0.95);
  result.learned = std::max(0.0, 1.0 - score_variance);
  return result;
}

}  // namespace

Calibration calibrate(const CalibrationSource& source, const ConditionLoader& load,
                      const CalibrateOptions& options, const std::atomic<bool>& stop,
                      const std::function<void()>& on_trial) {
  const MomentTargets targets = moment_targets(source, options);
  const SourcePredictions coarse(source, load, {options.seed, options.coarse_participants, options.threads},
                                 stop, on_trial);
  const SourcePredictions fine(source, load, {options.seed, options.participants, options.threads}, stop,
                               on_trial);
  Calibration result;
  result.condition = source.name;
  result.options = options;
  const auto parameters = static_cast<Eigen::Index>(source.parameters.size());
  FitOptions fitting;
  fitting.seed = options.seed;
  fitting.starts = options.starts;
  result.fit = fit_moments(targets, coarse, fine, parameters, fitting);
  check_predicted(source, targets, result.fit);
  const ChainLength length{static_cast<Eigen::Index>(options.draws), static_cast<Eigen::Index>(options.thin),
                           static_cast<Eigen::Index>(most_thin)};
  result.sample = sample_posterior(targets, fine, result.fit, length, options.seed);
  for (std::size_t j = 0; j < source.parameters.size(); ++j) {
    const auto row = static_cast<Eigen::Index>(j);
    std::vector<double> draws;
    for (Eigen::Index d = 0; d < result.sample.scores.cols(); ++d) {
      draws.push_back(source.parameters[j].prior.at_score(result.sample.scores(row, d)));
    }
    result.parameters.push_back(parameter_result(source.parameters[j], result.fit.scores(row),
                                                 result.fit.covariance(row, row), draws));
    result.draws.push_back(std::move(draws));
  }
  result.targets = target_results(source, targets, result.fit, result.sample);
  result.pulls = pulls_of(result.targets, result.fit);
  return result;
}

}  // namespace equipoise
