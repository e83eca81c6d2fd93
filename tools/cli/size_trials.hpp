#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/scenario/varied_key.hpp"
#include "engine/study/try_plan.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/verification_run.hpp"

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
  std::optional<std::filesystem::path> output;  // the results file
  bool quiet = false;
};

/// Makes the trials of a search at any value of the key, and tells how far it is.
class SizeTrials {
 public:
  /// `stop` may be set at any time: then trials come back fewer than asked.
  SizeTrials(SizeTrialsSetup setup, const std::atomic<bool>& stop);

  /// Trials that count nothing but what the search looks at. `expected`: those that the whole search will
  /// take.
  Responses make(double value, std::uint64_t first, std::uint64_t trials, std::uint64_t expected);
  /// A whole run, which the results file keeps; the one before is forgotten.
  Responses verify(double value, std::uint64_t first, std::uint64_t trials);

  /// The last verification, or null.
  [[nodiscard]] VerificationRun* verification() { return verification_.get(); }
  [[nodiscard]] std::uint64_t done() const { return done_; }

 private:
  [[nodiscard]] Study study_with(double value) const;
  void show(std::uint64_t done, std::uint64_t expected);

  SizeTrialsSetup setup_;
  const std::atomic<bool>& stop_;
  ProgressBar bar_;
  std::unique_ptr<VerificationRun> verification_;
  std::uint64_t done_ = 0;
};

}  // namespace equipoise
