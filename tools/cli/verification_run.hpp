#pragma once

#include "engine/scenario/build.hpp"
#include "engine/study/try_plan.hpp"
#include "tools/cli/results_output.hpp"

namespace equipoise {

/// The run that checks an answer: counts what the search looks at and passes everything on to a results file,
/// if there is one, which is finished only once the answer stands.
class VerificationRun : public ResultSink {
 public:
  /// `output` may be null.
  VerificationRun(Study study, const Aim& aim, ResultsOutput* output);
  ~VerificationRun() override;

  void begin(const Provenance& provenance, const Design& design,
             std::span<const AnalysisLabel> analyses) override;
  void write(std::span<const TrialOutcome> trials) override;
  void finish(const Characteristics& characteristics, bool complete) override;

  /// Gives the file its name, with the search in it. Without this nothing of the file is left.
  void keep(const SizeTables& size);

  [[nodiscard]] const Study& study() const { return study_; }
  [[nodiscard]] const Responses& responses() const { return responses_; }
  [[nodiscard]] const Characteristics& characteristics() const { return characteristics_; }

 private:
  Study study_;
  Aim aim_;
  ResultsOutput* output_;  // null once what it holds is finished
  Responses responses_;
  Characteristics characteristics_;
  bool complete_ = false;
};

}  // namespace equipoise
