#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/scenario/build_assurance.hpp"
#include "engine/scenario/draw_trials.hpp"
#include "tools/cli/size_trials.hpp"

namespace equipoise {

/// Trials of every draw of what is not known, as many of each: their mean response is the assurance. The
/// draws are the same at every value.
class AssuredTrials : public SizeTrials {
 public:
  AssuredTrials(SizeTrialsSetup setup, const std::atomic<bool>& stop);
  ~AssuredTrials() override;

  void keep(const SizeTables& size) override;
  [[nodiscard]] std::vector<ArmSummary> arms() const override;
  [[nodiscard]] std::optional<DrawsOfSize> draws() const override;

 private:
  [[nodiscard]] Responses make_trials(double value, const ReplicateRange& replicates,
                                      const OnTrials& on_trials) override;
  /// Of the draws; the replicates before them, as many, are those with every key at its value.
  [[nodiscard]] Responses verify_trials(double value, const ReplicateRange& replicates,
                                        const OnTrials& on_trials) override;
  void begin_file();
  void discard();

  DrawTrials trials_;
  std::unique_ptr<AssuranceRun> verification_;
  bool begun_ = false;  // the results file
  std::vector<ArmSummary> arms_;
};

}  // namespace equipoise
