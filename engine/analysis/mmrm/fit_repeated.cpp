#include "engine/analysis/mmrm/fit_repeated.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/analysis/mmrm/maximize.hpp"
#include "engine/analysis/mmrm/start.hpp"
#include "engine/analysis/rounding.hpp"

namespace equipoise {
namespace {

bool same_fit(const RepeatedFit::Key& key, std::uint64_t trial, const Contrast& contrast,
              const MmrmOptions& options) {
  const bool same_arms = options.arms == ModelArms::all ||
                         (key.treatment == contrast.treatment && key.comparator == contrast.comparator);
  return trial != 0 && key.trial == trial && key.endpoint == contrast.endpoint &&
         key.transform == contrast.transform && key.arms == options.arms && same_arms &&
         key.covariance == options.covariance && key.covariance_by_arm == options.covariance_by_arm &&
         key.likelihood == options.likelihood && key.adjust == options.adjust;
}

void set_key(std::uint64_t trial, const Contrast& contrast, const MmrmOptions& options,
             RepeatedFit::Key& key) {
  key.trial = trial;
  key.endpoint = contrast.endpoint;
  key.transform = contrast.transform;
  key.adjust = options.adjust;
  key.arms = options.arms;
  key.treatment = contrast.treatment;
  key.comparator = contrast.comparator;
  key.covariance = options.covariance;
  key.covariance_by_arm = options.covariance_by_arm;
  key.likelihood = options.likelihood;
}

/// The covariances of a start, drawn towards independence where the structure's nearest is not positive
/// definite: from nothing to all of it.
constexpr std::array<double, 5> towards_independence{0.0, 0.25, 0.5, 0.75, 1.0};

bool find_start(const RepeatedMeasures& data, const CovarianceModel& covariance, Likelihood kind,
                RepeatedLikelihood& likelihood, Arena<double>& reals, std::span<double> theta) {
  const std::size_t visits = data.visits.size();
  const std::span<double> sigma = reals.take(visits * visits);
  const std::span<double> drawn = reals.take(visits * visits);
  if (!starting_covariance(data, kind, reals, sigma)) return false;
  for (const double share : towards_independence) {
    for (std::size_t a = 0; a < visits; ++a) {
      for (std::size_t b = 0; b < visits; ++b) {
        drawn[a * visits + b] = sigma[a * visits + b] * (a == b ? 1.0 : 1.0 - share);
      }
    }
    const std::size_t of_group = covariance.parameters();
    for (std::size_t g = 0; g < data.groups; ++g) {
      covariance.near(drawn, theta.subspan(g * of_group, of_group));
    }
    if (likelihood.go_to(theta)) return true;
  }
  return false;
}

bool varies(const RepeatedMeasures& data) {
  const std::size_t visits = data.visits.size();
  double squares = 0.0;  // around the origin
  for (const MissingnessPattern& pattern : data.patterns) {
    for (std::size_t t = 0; t < visits; ++t) squares += pattern.yy[t * visits + t];
  }
  return !is_rounding(std::sqrt(squares / static_cast<double>(data.observations)), data.origin);
}

}  // namespace

void fit_covariance(const CovarianceModel& covariance, Likelihood likelihood, std::span<const double> months,
                    RepeatedFit& fit) {
  fit.iterations = 0;
  fit.information_factor = {};
  fit.mean.emplace(fit.data, months, fit.reals, fit.indices);
  fit.likelihood.emplace(fit.data, *fit.mean, covariance, likelihood, fit.reals);
  fit.information.emplace(*fit.likelihood, fit.reals, fit.stop);
  const std::size_t parameters = fit.likelihood->parameters();
  if (fit.data.observations <= fit.mean->coefficients()) {
    fit.status = FitStatus::too_few;
    return;
  }
  const std::span<double> theta = fit.reals.take(parameters);
  if (!varies(fit.data) || !find_start(fit.data, covariance, likelihood, *fit.likelihood, fit.reals, theta)) {
    fit.status = FitStatus::singular;
    return;
  }
  const Maximum maximum = maximize(*fit.likelihood, *fit.information, theta, fit.reals);
  fit.status = maximum.status;
  fit.iterations = maximum.iterations;
  fit.information_factor = maximum.information;
}

RepeatedFit& fit_mmrm(const TrialData& data, const Contrast& contrast, const MmrmOptions& options,
                      AnalysisWorkspace& workspace) {
  RepeatedFit& fit = workspace.repeated;
  if (same_fit(fit.key, workspace.trial, contrast, options)) return fit;
  set_key(workspace.trial, contrast, options, fit.key);
  fit.reals.reset();
  fit.indices.reset();
  read_repeated_measures(data, contrast, {options.adjust, options.arms, options.covariance_by_arm}, fit.reals,
                         fit.indices, fit.data);
  fit.mean.reset();
  fit.likelihood.reset();
  fit.information.reset();
  fit.status = FitStatus::too_few;
  if (fit.data.visits.empty()) return fit;
  fit_covariance(CovarianceModel(options.covariance, fit.data.positions), options.likelihood, {}, fit);
  return fit;
}

}  // namespace equipoise
