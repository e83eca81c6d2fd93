#include "engine/store/results_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/base/problem.hpp"
#include "engine/random/purpose.hpp"
#include "engine/store/analysis_columns.hpp"
#include "engine/store/analysis_tables.hpp"
#include "engine/store/assurance_tables.hpp"
#include "engine/store/cell_tables.hpp"
#include "engine/store/characteristic_tables.hpp"
#include "engine/store/described.hpp"
#include "engine/store/design_tables.hpp"
#include "engine/store/file_error.hpp"
#include "engine/store/file_format.hpp"
#include "engine/store/hdf5_writer.hpp"
#include "engine/store/new_file.hpp"
#include "engine/store/replicate_columns.hpp"
#include "engine/store/software_version.hpp"

namespace equipoise {
namespace {

/// Raised by every change of engine/store/README.md that a reader could stumble over.
constexpr std::uint64_t format_version = 1;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  Problem problem;
  problem.what = fmt::format("cannot write '{}'", file.string());
  problem.why = why;
  problem.suggestion = "name a file in a folder that exists and that you may write to";
  throw InvalidInput(std::move(problem));
}

/// Seconds since 1970: now, or SOURCE_DATE_EPOCH where somebody builds reproducibly
/// (reproducible-builds.org).
std::time_t creation_time() {
  if (const char* const fixed = std::getenv("SOURCE_DATE_EPOCH"); fixed != nullptr) {
    const std::string_view text = fixed;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) return static_cast<std::time_t>(seconds);
  }
  return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

/// FNV-1a with 32 bits (Fowler, Noll and Vo): enough to keep two commands of the same second apart.
std::uint32_t short_hash(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
  return hash;
}

void write_root_attributes(Hdf5Writer& file, const Provenance& provenance) {
  const auto text = [&](const char* name, std::string_view value) {
    file.set_attribute("/", name, std::string(value));
  };
  text("format", results_format);
  file.set_attribute("/", "format_version", format_version);
  text("software_version", software_version());
  text("git_hash", software_git_hash());
  file.set_attribute("/", "stream_version", std::uint64_t{stream_version});
  file.set_attribute("/", "seed", provenance.seed);
  text("title", provenance.title);
  text("condition", provenance.condition);
  text("scenario_file", provenance.scenario_file);
  file.set_attribute("/", "planned_trials", provenance.planned_trials);
  file.set_attribute("/", "trials", std::uint64_t{0});
  file.set_attribute("/", "complete", std::uint64_t{0});
}

/// What differs between two runs of the same scenario stands in a group whose name differs too, so that
/// h5diff of two files with the same results has nothing to show.
void write_history(Hdf5Writer& file, const Provenance& provenance) {
  const std::string created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(creation_time()));
  const std::string entry = fmt::format("history/{}-{:08x}", created, short_hash(provenance.command_line));
  file.make_group("history");
  file.make_group(entry);
  file.set_attribute(entry, "created", created);
  file.set_attribute(entry, "command_line", provenance.command_line);
}

void write_texts(Hdf5Writer& file, const Provenance& provenance) {
  file.make_group("scenario");
  file.make_dataset("scenario/text", ElementType::text, {});
  file.set_attribute("scenario/text", "long_name",
                     std::string("the scenario as it ran, after overrides (TOML)"));
  file.write("scenario/text", std::array{provenance.scenario_text});
  file.make_dataset("scenario/parameters", ElementType::text, {});
  file.set_attribute("scenario/parameters", "long_name",
                     std::string("the condition's parameters as they ran, after overrides (TOML)"));
  file.write("scenario/parameters", std::array{provenance.parameters_text});
}

template <class Items>
std::vector<std::string> names(const Items& items) {
  std::vector<std::string> result;
  for (const auto& item : items) result.push_back(item.name);
  return result;
}

void make_dimensions(Hdf5Writer& file, const Design& design, std::size_t cells, std::size_t chunk_rows) {
  std::vector<std::uint64_t> numbers(cells);
  std::iota(numbers.begin(), numbers.end(), std::uint64_t{0});
  file.make_dimension("cell", ElementType::uint64, cells);
  file.set_attribute("cell", "long_name", std::string("point of the sweep"));
  file.write("cell", numbers);
  file.make_growing_dimension("replicate", ElementType::uint64, chunk_rows);
  file.set_attribute("replicate", "long_name", std::string("number of the simulated trial"));
  make_text_dimension(file, "hypothesis", names(design.hypotheses), "hypothesis");
  make_text_dimension(file, "arm", names(design.arms), "arm");
  make_text_dimension(file, "endpoint", names(design.endpoints), "endpoint");
  std::vector<double> times{0.0};
  times.insert(times.end(), design.shown_visits().begin(), design.shown_visits().end());
  file.make_dimension("visit", ElementType::float64, times.size());
  file.set_attribute("visit", "long_name", std::string("time on the visits' clock; 0 is baseline"));
  file.set_attribute("visit", "units", std::string(name_of(design.time_unit)));
  file.write("visit", times);
  make_text_dimension(file, "fit_status", names_of<FitStatus>(), "how a fit ended");
}

/// A group that shows its dimensions' coordinates beside its datasets: a reader that opens this group alone
/// has them.
void make_group(Hdf5Writer& file, const std::string& name, const std::vector<std::string>& dimensions) {
  file.make_group(name);
  for (const std::string& dimension : dimensions) file.link(dimension, name + "/" + dimension);
}

void make_groups(Hdf5Writer& file, bool replicates) {
  make_group(file, "characteristics", {"cell", "hypothesis", "fit_status"});
  make_group(file, "truth", {"cell", "hypothesis"});
  make_group(file, "arms", {"cell", "arm", "endpoint", "visit"});
  if (replicates) make_group(file, "replicates", {"cell", "replicate", "hypothesis"});
  make_group(file, "design", {"hypothesis", "arm", "endpoint"});
}

}  // namespace

struct ResultsFile::Contents {
  explicit Contents(Hdf5Writer writer) : file(std::move(writer)) {}

  void add(std::span<const TrialOutcome> trials) {
    for (const TrialOutcome& trial : trials) {
      if (analyses) analyses->add(trial);
      const std::uint64_t first = replicates->written();
      if (!replicates->add(trial)) continue;
      if (analyses) analyses->write_chunk(replicates->cell(), first);
      file.flush();
      // Reaches the disk with the next chunk: `trials` of a partial file never counts a chunk that is only
      // half there.
      if (!many_cells) file.replace_attribute("/", "trials", replicates->written());
      kept = replicates->written();
    }
  }

  void write_rest() {
    if (!replicates) return;
    const std::uint64_t first = replicates->written();
    replicates->write_rest();
    if (analyses) analyses->write_chunk(replicates->cell(), first);
  }

  void write_cell(std::size_t cell, const Characteristics& characteristics) {
    write_rest();
    write_characteristics(file, cell, characteristics);
    if (analysis_tables) write_analyses(file, cell, characteristics);
  }

  void end(std::uint64_t trials, bool complete) {
    file.flush();
    file.replace_attribute("/", "trials", trials);
    file.replace_attribute("/", "complete", complete ? 1 : 0);
    file.close();
  }

  /// Does some writing; once it has failed nothing is written any more.
  template <class Writing>
  void attempt(Writing writing) {
    try {
      writing();
    } catch (...) {
      file.abandon();
      failed = true;
      throw;
    }
  }

  Hdf5Writer file;
  std::optional<ReplicateColumns> replicates;  // where they are kept
  std::optional<AnalysisColumns> analyses;     // likewise, where they say more than the replicates do
  std::vector<std::uint64_t> first_replicates;
  std::uint64_t most_trials = 0;  // of any cell
  std::uint64_t kept = 0;         // replicates on the disk, of the cell at hand
  bool analysis_tables = false;
  bool many_cells = false;
  bool begun = false;
  bool failed = false;
};

ResultsFile::ResultsFile(const std::filesystem::path& file) : partial_(file), contents_(make()) {}

std::unique_ptr<ResultsFile::Contents> ResultsFile::make() {
  const std::filesystem::path& file = partial_.file();
  try {
    NewFile made(folder_of(file));
    Hdf5Writer writer(made.own_path());
    partial_.take(made, writer.descriptor());
    return std::make_unique<Contents>(std::move(writer));
  } catch (const FileError& error) {
    refuse(file, error.reason().empty() ? "the file cannot be created" : error.reason());
  }
}

ResultsFile::~ResultsFile() {
  if (contents_ == nullptr) return;
  const bool begun = contents_->begun;
  try {
    if (begun && !contents_->failed) contents_->attempt([&] { contents_->write_rest(); });
  } catch (const std::runtime_error&) {  // the disk fails: what is there stays as it was
  }
  contents_.reset();
  if (!begun) partial_.remove();
}

void ResultsFile::discard() {
  if (contents_ == nullptr) return;
  contents_.reset();
  partial_.remove();
}

void ResultsFile::restart() {
  contents_.reset();
  contents_ = make();
}

const std::filesystem::path& ResultsFile::place() const {
  return named_ ? partial_.file() : partial_.path();
}

std::uint64_t ResultsFile::replicates_kept() const {
  return contents_ == nullptr ? 0 : contents_->kept;
}

void ResultsFile::take_name(bool complete) {
  if (complete || !partial_.is_file_there()) {
    partial_.take_final_name();
    named_ = true;
  } else {
    partial_.sync();
  }
}

void ResultsFile::begin(const Provenance& provenance, const Design& design,
                        std::span<const AnalysisLabel> analyses) {
  CellTable one;
  one.cells = 1;
  one.first_replicates = {0};
  begin_cells(provenance, design, analyses, one);
}

void ResultsFile::begin_cells(const Provenance& provenance, const Design& design,
                              std::span<const AnalysisLabel> analyses, const CellTable& cells) {
  EQUIPOISE_EXPECTS(contents_ != nullptr && !contents_->begun);
  EQUIPOISE_EXPECTS(!design.hypotheses.empty() && !design.arms.empty() && !design.endpoints.empty());
  Contents& contents = *contents_;
  Hdf5Writer& file = contents.file;
  contents.many_cells = !cells.factors.empty();
  contents.analysis_tables = need_tables(analyses);
  contents.first_replicates = cells.first_replicates;
  const std::size_t columns =
      std::max(design.hypotheses.size(), contents.analysis_tables ? analyses.size() : 0);
  const std::size_t rows = ReplicateColumns::chunk_rows(columns, provenance.planned_trials, cells.cells);
  contents.attempt([&] {
    write_root_attributes(file, provenance);
    write_history(file, provenance);
    write_texts(file, provenance);
    make_dimensions(file, design, cells.cells, rows);
    make_groups(file, cells.keep_replicates);
    make_characteristic_tables(file);
    write_design(file, design);
    std::optional<ReplicateColumns> replicates;
    if (cells.keep_replicates) replicates.emplace(file, design.hypotheses.size(), rows);
    if (contents.analysis_tables) make_analysis_tables(file, design, analyses, cells.keep_replicates);
    if (contents.analysis_tables && replicates) contents.analyses.emplace(file, analyses.size());
    if (contents.many_cells) make_cell_tables(file, cells);
    file.flush();
    if (replicates) contents.replicates.emplace(std::move(*replicates));
    contents.begun = true;
  });
}

void ResultsFile::add_size(const SizeTables& size) {
  EQUIPOISE_EXPECTS(contents_ != nullptr && contents_->begun && !contents_->failed);
  contents_->attempt([&] { write_size(contents_->file, size); });
}

void ResultsFile::write(std::span<const TrialOutcome> trials) {
  write(0, trials);
}

void ResultsFile::write(std::size_t cell, std::span<const TrialOutcome> trials) {
  EQUIPOISE_EXPECTS(contents_ != nullptr && contents_->begun && !contents_->failed);
  if (!contents_->replicates) return;
  contents_->attempt([&] {
    if (contents_->many_cells) {
      if (cell != contents_->replicates->cell()) contents_->write_rest();  // of a cell that was cut short
      contents_->replicates->turn_to(cell, contents_->first_replicates[cell]);
    }
    contents_->add(trials);
  });
}

void ResultsFile::finish(std::size_t cell, const Characteristics& characteristics) {
  EQUIPOISE_EXPECTS(contents_ != nullptr && contents_->begun && !contents_->failed);
  contents_->attempt([&] {
    contents_->write_cell(cell, characteristics);
    contents_->most_trials = std::max(contents_->most_trials, characteristics.trials);
    contents_->file.flush();
    if (contents_->many_cells) write_cell_trials(contents_->file, cell, characteristics.trials);
  });
}

void ResultsFile::finish(const Characteristics& characteristics, bool complete) {
  finish(0, characteristics);
  finish_cells(complete, {}, {});
}

void ResultsFile::finish_cells(bool complete, std::span<const std::vector<CellDifference>> differences,
                               std::span<const PowerSensitivity> sensitivity,
                               std::span<const Assurance> assurance) {
  EQUIPOISE_EXPECTS(contents_ != nullptr && contents_->begun && !contents_->failed);
  contents_->attempt([&] {
    contents_->write_rest();
    for (std::size_t cell = 0; cell < differences.size(); ++cell) {
      write_differences(contents_->file, cell, differences[cell]);
    }
    write_sensitivity(contents_->file, sensitivity);
    write_assurance(contents_->file, assurance);
    contents_->end(contents_->most_trials, complete);
  });
  contents_.reset();
  take_name(complete);
}

}  // namespace equipoise
