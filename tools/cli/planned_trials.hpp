#pragma once

#include <memory>
#include <vector>

#include "tools/cli/size_trials.hpp"
#include "tools/cli/verification_run.hpp"

namespace equipoise {

/// Trials of the scenario as it is planned, every key at its value.
class PlannedTrials : public SizeTrials {
 public:
  using SizeTrials::SizeTrials;

  void keep(const SizeTables& size) override;
  [[nodiscard]] std::vector<ArmSummary> arms() const override;

 private:
  [[nodiscard]] Responses make_trials(double value, const ReplicateRange& replicates,
                                      const OnTrials& on_trials) override;
  [[nodiscard]] Responses verify_trials(double value, const ReplicateRange& replicates,
                                        const OnTrials& on_trials) override;
  [[nodiscard]] Study study_with(double value) const;

  std::unique_ptr<VerificationRun> verification_;
};

}  // namespace equipoise
