#include "tools/cli/verification_run.hpp"

#include <utility>

namespace equipoise {

VerificationRun::VerificationRun(Study study, const Aim& aim, ResultsOutput* output)
    : study_(std::move(study)), aim_(aim), output_(output) {}

VerificationRun::~VerificationRun() {
  if (output_ != nullptr) output_->restart();
}

void VerificationRun::begin(const Provenance& provenance, const Design& design,
                            std::span<const AnalysisLabel> analyses) {
  if (output_ != nullptr) output_->begin(provenance, design, analyses);
}

void VerificationRun::write(std::span<const TrialOutcome> trials) {
  for (const TrialOutcome& trial : trials) add_response(trial, aim_, responses_);
  if (output_ != nullptr) output_->write(trials);
}

void VerificationRun::finish(const Characteristics& characteristics, bool complete) {
  characteristics_ = characteristics;
  complete_ = complete;
}

void VerificationRun::keep(const SizeTables& size) {
  ResultsOutput* const output = std::exchange(output_, nullptr);
  if (output == nullptr) return;
  output->add_size(size);
  output->finish(characteristics_, complete_);
}

}  // namespace equipoise
