#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/characteristics/assurance.hpp"
#include "engine/run/cell_sink.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/run/result_sink.hpp"
#include "engine/store/partial_file.hpp"
#include "engine/store/size_tables.hpp"

namespace equipoise {

/// The results file: HDF5 with named dimensions, described dataset by dataset in engine/store/README.md.
///
/// Written as "<file>.partial", which takes the name `file` only once it is finished and the disk has it. A
/// run that dies leaves the partial file with all whole chunks of its replicates; the next one to the same
/// file puts that aside. Two processes cannot write to one file. A disk that fails is a FileError with a
/// sentence.
class ResultsFile : public ResultSink, public CellSink {
 public:
  /// Throws InvalidInput where nobody can write there, or another process does.
  explicit ResultsFile(const std::filesystem::path& file);
  ~ResultsFile() override;

  void begin(const Provenance& provenance, const Design& design,
             std::span<const AnalysisLabel> analyses) override;
  void write(std::span<const TrialOutcome> trials) override;
  /// What is not complete takes no name that another file has: it stays the partial file.
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
  /// Gives up what is not finished and is as it was made: what may begin is another run. Nobody else can take
  /// the name in between.
  void restart();

  /// Where the results stand until they are finished.
  [[nodiscard]] const std::filesystem::path& partial_file() const { return partial_.path(); }
  /// Where they stand now: the partial file, or the file once they are finished.
  [[nodiscard]] const std::filesystem::path& place() const;
  /// Where the partial file of a dead run is now, if there was one.
  [[nodiscard]] const std::optional<std::filesystem::path>& put_aside() const { return partial_.put_aside(); }
  /// Replicates that are on the disk whatever happens; of many cells those of the one that is written.
  [[nodiscard]] std::uint64_t replicates_kept() const;

 private:
  struct Contents;

  [[nodiscard]] std::unique_ptr<Contents> make();
  void take_name(bool complete);

  PartialFile partial_;
  bool named_ = false;
  std::unique_ptr<Contents> contents_;
};

}  // namespace equipoise
