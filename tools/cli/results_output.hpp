#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/run/cell_sink.hpp"
#include "engine/run/result_sink.hpp"
#include "engine/store/results_file.hpp"
#include "tools/cli/output_file.hpp"

namespace equipoise {

/// The results file of a command, if it writes one. Once trials were made a disk that fails does not end the
/// command: what failed is told, what was written stays in the partial file, and the trials go on without it.
class ResultsOutput : public ResultSink, public CellSink {
 public:
  /// Before the work: a file that cannot be written is better known then. Throws InvalidInput.
  ResultsOutput(const OutputArguments& arguments, const std::string& scenario, bool quiet);

  [[nodiscard]] bool wanted() const { return file_ != nullptr; }

  // As those of ResultsFile.
  void begin(const Provenance& provenance, const Design& design,
             std::span<const AnalysisLabel> analyses) override;
  void write(std::span<const TrialOutcome> trials) override;
  void finish(const Characteristics& characteristics, bool complete) override;
  void begin_cells(const Provenance& provenance, const Design& design,
                   std::span<const AnalysisLabel> analyses, const CellTable& cells);
  void write(std::size_t cell, std::span<const TrialOutcome> trials) override;
  void finish(std::size_t cell, const Characteristics& characteristics) override;
  void finish_cells(bool complete, std::span<const std::vector<CellDifference>> differences,
                    std::span<const PowerSensitivity> sensitivity, std::span<const Assurance> assurance = {});
  void add_size(const SizeTables& size);
  void discard();
  void restart();
  /// What was done before any trial of the file's own is worth its answer, too.
  void go_on_without_file() { goes_on_ = true; }

  /// " in x.h5", or nothing where no file holds what was done.
  [[nodiscard]] std::string where() const;
  /// Says where the results are, if all went well, and gives the exit code: `code`, or that of a failure.
  [[nodiscard]] int end(int code) const;

 private:
  template <class Writing>
  void attempt(Writing writing);
  void tell(const std::string& what);

  std::unique_ptr<ResultsFile> file_;
  bool quiet_;
  bool goes_on_ = false;  // without the file, where the disk fails
  bool failed_ = false;
};

}  // namespace equipoise
