#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "engine/characteristics/assurance.hpp"
#include "engine/run/cell_sink.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/run/result_sink.hpp"
#include "engine/store/size_tables.hpp"

namespace equipoise {

/// The results file: HDF5 with named dimensions, described dataset by dataset in engine/store/README.md.
///
/// Written as "<file>.partial", which takes the name `file` only once it is finished. A run that dies leaves
/// the partial file with all whole chunks of its replicates. A disk that fails is a std::runtime_error with a
/// sentence.
class ResultsFile : public ResultSink, public CellSink {
 public:
  /// Throws InvalidInput where nobody can write there.
  explicit ResultsFile(std::filesystem::path file);
  ~ResultsFile() override;

  void begin(const Provenance& provenance, const Design& design,
             std::span<const AnalysisLabel> analyses) override;
  void write(std::span<const TrialOutcome> trials) override;
  void finish(const Characteristics& characteristics, bool complete) override;

  /// The same for a study of many cells: begin_cells() in the place of begin(); each cell is written and
  /// finished before the next; finish_cells() at the end. `design`: the scenario's own.
  void begin_cells(const Provenance& provenance, const Design& design,
                   std::span<const AnalysisLabel> analyses, const CellTable& cells);
  void write(std::size_t cell, std::span<const TrialOutcome> trials) override;
  void finish(std::size_t cell, const Characteristics& characteristics) override;
  /// `differences`: of each finished cell's powers to the reference's, where there is one; `sensitivity`: one
  /// entry a hypothesis, where the study is one and came so far; `assurance`: likewise.
  void finish_cells(bool complete, std::span<const std::vector<CellDifference>> differences,
                    std::span<const PowerSensitivity> sensitivity, std::span<const Assurance> assurance = {});

  /// Keeps the search that the run verifies. After begin() or begin_cells().
  void add_size(const SizeTables& size);

  /// Gives up what is not finished: nothing of it is left behind, and nothing more can be written.
  void discard();

  /// Where the results stand until they are finished.
  [[nodiscard]] const std::filesystem::path& partial_file() const { return partial_; }

 private:
  struct Contents;

  std::filesystem::path file_;
  std::filesystem::path partial_;
  std::filesystem::path unborn_;  // until begin() is through: not yet a file that opens
  std::unique_ptr<Contents> contents_;
};

}  // namespace equipoise
