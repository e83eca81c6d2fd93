#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/scenario/varied_key.hpp"
#include "engine/store/size_tables.hpp"
#include "engine/study/aim.hpp"
#include "engine/study/try_plan.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/results_output.hpp"
#include "tools/cli/size_summary.hpp"

namespace equipoise {

/// What all trials of a search have in common.
struct SizeTrialsSetup {
  ScenarioFile scenario;
  ConditionLoader condition;
  VariedKey key;
  Aim aim;
  std::uint64_t seed = 1;
  int threads = 0;
  std::string command_line;
  ResultsOutput* output = nullptr;  // none where no file is wanted; else it outlives the trials
  bool quiet = false;
};

/// Makes the trials of a search at any value of the key, and tells how far it is.
class SizeTrials {
 public:
  /// `stop` may be set at any time: then trials come back fewer than asked.
  SizeTrials(SizeTrialsSetup setup, const std::atomic<bool>& stop);
  virtual ~SizeTrials() = default;
  SizeTrials(const SizeTrials&) = delete;
  SizeTrials& operator=(const SizeTrials&) = delete;

  /// Trials that count nothing but what the search looks at. `expected`: those that the whole search will
  /// take.
  Responses make(double value, std::uint64_t first, std::uint64_t trials, std::uint64_t expected);
  /// A whole run, which the results file keeps; the one before is forgotten.
  Responses verify(double value, std::uint64_t first, std::uint64_t trials);

  /// Finishes the results file, if there is one and a verification, with the search in it.
  virtual void keep(const SizeTables& size) = 0;
  /// The arms of the verification's trials; none before it.
  [[nodiscard]] virtual std::vector<ArmSummary> arms() const = 0;
  /// What the verification tells of the draws, where it has any.
  [[nodiscard]] virtual std::optional<DrawsOfSize> draws() const { return std::nullopt; }

  /// Trials of the search that were made.
  [[nodiscard]] std::uint64_t done() const { return done_; }

 protected:
  using OnTrials = std::function<void(std::uint64_t done)>;

  [[nodiscard]] const SizeTrialsSetup& setup() const { return setup_; }
  [[nodiscard]] const std::atomic<bool>& stop() const { return stop_; }

 private:
  [[nodiscard]] virtual Responses make_trials(double value, const ReplicateRange& replicates,
                                              const OnTrials& on_trials) = 0;
  [[nodiscard]] virtual Responses verify_trials(double value, const ReplicateRange& replicates,
                                                const OnTrials& on_trials) = 0;
  void show(std::uint64_t done, std::uint64_t expected);

  SizeTrialsSetup setup_;
  const std::atomic<bool>& stop_;
  ProgressBar bar_;
  std::uint64_t done_ = 0;
};

}  // namespace equipoise
