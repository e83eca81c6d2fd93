#include "tools/cli/verification_run.hpp"

#include <utility>

namespace equipoise {

VerificationRun::VerificationRun(Study study, const Aim& aim, std::unique_ptr<ResultsFile> file)
    : study_(std::move(study)), aim_(aim), file_(std::move(file)) {}

VerificationRun::~VerificationRun() {
  if (file_) file_->discard();
}

void VerificationRun::begin(const Provenance& provenance, const Design& design,
                            std::span<const AnalysisLabel> analyses) {
  if (file_) file_->begin(provenance, design, analyses);
}

void VerificationRun::write(std::span<const TrialOutcome> trials) {
  for (const TrialOutcome& trial : trials) add_response(trial, aim_, responses_);
  if (file_) file_->write(trials);
}

void VerificationRun::finish(const Characteristics& characteristics, bool complete) {
  characteristics_ = characteristics;
  complete_ = complete;
}

void VerificationRun::keep(const SizeTables& size) {
  const std::unique_ptr<ResultsFile> file = std::move(file_);
  if (!file) return;
  file->add_size(size);
  file->finish(characteristics_, complete_);
}

}  // namespace equipoise
