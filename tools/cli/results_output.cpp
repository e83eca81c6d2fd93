#include "tools/cli/results_output.hpp"

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "tools/cli/command.hpp"
#include "tools/cli/numbers.hpp"

namespace equipoise {

ResultsOutput::ResultsOutput(const OutputArguments& arguments, const std::string& scenario, bool quiet)
    : quiet_(quiet) {
  const auto file = output_file(arguments, scenario);
  if (!file) return;
  file_ = std::make_unique<ResultsFile>(*file);
  if (quiet || !file_->put_aside()) return;
  fmt::print(stderr, "equipoise: {}, which a run left that was killed or interrupted, is kept as {}\n",
             file_->partial_file().string(), file_->put_aside()->string());
}

/// Before any trial was made a disk that fails ends the command: hours of work are not begun for nothing.
template <class Writing>
void ResultsOutput::attempt(Writing writing) {
  if (file_ == nullptr || failed_) return;
  if (!goes_on_) return writing(*file_);
  try {
    writing(*file_);
  } catch (const std::runtime_error& error) {
    failed_ = true;
    tell(error.what());
  }
}

/// What went wrong, and what there is all the same.
void ResultsOutput::tell(const std::string& what) {
  std::error_code failed;
  const auto bytes = std::filesystem::file_size(file_->partial_file(), failed);
  std::string kept;
  if (!failed) kept = fmt::format("; {} has {} bytes", file_->partial_file().string(), grouped(bytes));
  if (!failed && file_->replicates_kept() > 0) {
    kept += fmt::format(", {} trials", grouped(file_->replicates_kept()));
  }
  fmt::print(stderr, "equipoise: {}{}; what was asked for is printed without a finished file\n", what, kept);
}

void ResultsOutput::begin(const Provenance& provenance, const Design& design,
                          std::span<const AnalysisLabel> analyses) {
  attempt([&](ResultsFile& file) { file.begin(provenance, design, analyses); });
}

void ResultsOutput::write(std::span<const TrialOutcome> trials) {
  goes_on_ = true;
  attempt([&](ResultsFile& file) { file.write(trials); });
}

void ResultsOutput::finish(const Characteristics& characteristics, bool complete) {
  goes_on_ = true;
  attempt([&](ResultsFile& file) { file.finish(characteristics, complete); });
}

void ResultsOutput::begin_cells(const Provenance& provenance, const Design& design,
                                std::span<const AnalysisLabel> analyses, const CellTable& cells) {
  attempt([&](ResultsFile& file) { file.begin_cells(provenance, design, analyses, cells); });
}

void ResultsOutput::write(std::size_t cell, std::span<const TrialOutcome> trials) {
  goes_on_ = true;
  attempt([&](ResultsFile& file) { file.write(cell, trials); });
}

void ResultsOutput::finish(std::size_t cell, const Characteristics& characteristics) {
  goes_on_ = true;
  attempt([&](ResultsFile& file) { file.finish(cell, characteristics); });
}

void ResultsOutput::finish_cells(bool complete, std::span<const std::vector<CellDifference>> differences,
                                 std::span<const PowerSensitivity> sensitivity,
                                 std::span<const Assurance> assurance) {
  goes_on_ = true;
  attempt([&](ResultsFile& file) { file.finish_cells(complete, differences, sensitivity, assurance); });
}

void ResultsOutput::add_size(const SizeTables& size) {
  attempt([&](ResultsFile& file) { file.add_size(size); });
}

void ResultsOutput::discard() {
  if (file_ != nullptr && !failed_) file_->discard();
}

void ResultsOutput::restart() {
  attempt([](ResultsFile& file) { file.restart(); });
}

std::string ResultsOutput::where() const {
  if (file_ == nullptr || failed_) return {};
  const std::filesystem::path& place = file_->place();
  if (place != file_->partial_file()) return fmt::format(" in {}", place.string());
  std::string name = place.string();
  name.resize(name.size() - std::string_view(".partial").size());
  return fmt::format(" in {} ({}, which was there before, stays as it was)", place.string(), name);
}

int ResultsOutput::end(int code) const {
  if (file_ == nullptr) return code;
  if (failed_) return exit_failure;
  if (code == exit_success && !quiet_) {
    fmt::print(stderr, "The results are in {}.\n", file_->place().string());
  }
  return code;
}

}  // namespace equipoise
