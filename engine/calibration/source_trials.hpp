#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "engine/base/stop.hpp"
#include "engine/calibration/evidence.hpp"
#include "engine/calibration/target_statistic.hpp"
#include "engine/scenario/condition_loader.hpp"
#include "engine/scenario/read_scenario.hpp"

namespace equipoise {

/// A published trial with what it says.
struct SimulatedSource {
  std::string name;
  ScenarioFile scenario;
  Design design;
  std::vector<std::size_t> depends;  // free parameters that can change what it shows
  std::vector<std::size_t> targets;  // into CalibrationSource::targets
};

/// A target that is simulated.
struct SimulatedTarget {
  Target target;
  TargetPlace place;
};

/// What a condition's folder says of its calibration.
struct CalibrationSource {
  std::filesystem::path folder;
  std::string name;
  std::vector<FreeParameter> parameters;
  std::vector<SimulatedSource> trials;
  std::vector<SimulatedTarget> targets;
  std::vector<Target> notes;  // that nothing simulates
};

/// Reads parameters.toml, evidence.toml and the scenarios of its trials, and gathers every problem: nothing
/// is returned where there is any.
[[nodiscard]] std::optional<CalibrationSource> read_calibration(const std::filesystem::path& folder,
                                                                const ConditionLoader& load,
                                                                Problems& problems);

/// How the source trials are simulated.
struct SimulationOptions {
  std::uint64_t seed = 1;
  std::size_t participants = 20'000;  // of each trial, over as many trials as that takes
  int threads = 0;                    // 0: as many as the machine has
};

/// Simulates every source trial exactly as it was run and counts its targets, with the same random numbers at
/// every point.
class SourcePredictions {
 public:
  /// `on_trial`, which may be empty, is called from one thread at a time after each trial that was simulated.
  SourcePredictions(const CalibrationSource& source, ConditionLoader load, SimulationOptions options,
                    const std::atomic<bool>& stop, std::function<void()> on_trial);

  /// Targets x points, of parameters x points of standard normal scores of the priors. Throws InvalidInput
  /// where a point makes a model that cannot be, Interrupted once `stop` is set.
  [[nodiscard]] Eigen::MatrixXd operator()(const Eigen::MatrixXd& scores) const;

 private:
  struct Task;

  void simulate(Task& task, const Eigen::MatrixXd& scores) const;

  const CalibrationSource& source_;
  ConditionLoader load_;
  SimulationOptions options_;
  const std::atomic<bool>& stop_;
  std::function<void()> on_trial_;
};

}  // namespace equipoise
