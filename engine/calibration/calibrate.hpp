#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/calibration/moment_fit.hpp"
#include "engine/calibration/source_trials.hpp"

namespace equipoise {

struct CalibrateOptions {
  std::uint64_t seed = 1;
  std::size_t participants = 20'000;        // simulated of each source trial
  std::size_t coarse_participants = 1'000;  // while the starts are compared
  int starts = 3;
  std::size_t draws = 300;  // from the posterior
  std::size_t thin = 4;     // states of its chain to a draw, at the least
  int threads = 0;
  bool reported_only = false;          // leaves out targets of which value or se is assumed
  std::vector<std::string> leave_out;  // trials whose targets are compared with, not aimed at
};

/// A target beside what the fitted model shows; of a ratio both are logarithms.
struct TargetResult {
  Target target;
  bool aimed_at = false;
  double reported = 0.0;
  double error = 0.0;  // standard error and discrepancy together; NaN where there is neither
  double simulated = 0.0;
  double simulated_sd = 0.0;  // over the posterior
  /// (simulated - reported) / error; of a target that is not aimed at the posterior's spread is in the error.
  double z = 0.0;
  /// Of one that is aimed at: the same were it left out of the fit, to first order.
  double z_left_out = 0.0;
};

/// A free parameter before and after.
struct ParameterResult {
  FreeParameter parameter;
  double value = 0.0;  // at the posterior's mode
  double mean = 0.0;   // of the posterior, with its spread
  double sd = 0.0;
  double low = 0.0;  // its 5 % and 95 % quantiles
  double high = 0.0;
  /// Share of the prior's variance that the evidence took away, on the scale of scores.
  double learned = 0.0;
};

/// Two targets that pull the parameters in opposite directions.
struct Pull {
  std::size_t first = 0;  // into Calibration::targets
  std::size_t second = 0;
  double strength = 0.0;  // product of their pulls, in posterior standard deviations, above 0
};

struct Calibration {
  std::string condition;
  CalibrateOptions options;
  std::vector<ParameterResult> parameters;
  std::vector<TargetResult> targets;
  std::vector<Pull> pulls;  // the strongest first
  MomentFit fit;
  PosteriorSample sample;
  std::vector<std::vector<double>> draws;  // [parameter][draw], values
};

/// The most states of the chain to a draw, however often its draws repeat each other.
inline constexpr std::size_t most_thin = 100;
/// A z beyond this names a conflict.
inline constexpr double conflict_z = 2.0;
/// Below this share the evidence says nothing of a parameter.
inline constexpr double nothing_learned = 0.1;

/// Fits a condition's free parameters to all of its targets together and draws from their posterior.
/// Deterministic for a seed on any number of threads. Throws Interrupted once `stop` is set, and InvalidInput
/// where the model cannot be or a target cannot be counted.
[[nodiscard]] Calibration calibrate(const CalibrationSource& source, const ConditionLoader& load,
                                    const CalibrateOptions& options, const std::atomic<bool>& stop,
                                    const std::function<void()>& on_trial);

}  // namespace equipoise
