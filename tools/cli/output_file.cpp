#include "tools/cli/output_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "engine/base/problem.hpp"
#include "engine/store/file_format.hpp"
#include "tools/cli/write_file.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, std::string why, std::string suggestion) {
  throw InvalidInput(Problem{
      {"-o", 0, 0}, fmt::format("cannot write '{}'", file.string()), std::move(why), std::move(suggestion)});
}

/// What a chain of links ends at. The system itself follows no more than this many.
fs::path without_links(const fs::path& wanted) {
  constexpr int most_links = 40;
  fs::path file = wanted;
  std::error_code failed;
  for (int links = 0; fs::is_symlink(fs::symlink_status(file, failed)); ++links) {
    if (links == most_links) refuse(wanted, "its links lead in a circle", "name a file");
    const fs::path next = fs::read_symlink(file, failed);
    if (failed) refuse(wanted, failed.message(), "name a file");
    file = next.is_absolute() ? next : file.parent_path() / next;
  }
  return file;
}

// Endings that promise a reader another kind of file. Any other is taken, and none.
constexpr std::array endings_of_text = {"csv",  "tsv", "txt", "json", "toml", "yaml",  "yml", "xml",
                                        "html", "md",  "tex", "log",  "r",    "rmd",   "qmd", "py",
                                        "jl",   "sas", "do",  "ado",  "sps",  "ipynb", "sql", "sh"};
constexpr std::array endings_of_others = {"xlsx", "xls",  "ods", "rds",    "rda",     "rdata",   "dta",
                                          "sav",  "zsav", "mat", "xpt",    "parquet", "feather", "pdf",
                                          "docx", "zip",  "gz",  "bz2",    "xz",      "zst",     "npy",
                                          "npz",  "pkl",  "db",  "sqlite", "png",     "svg",     "sas7bdat"};
constexpr std::array endings_of_hdf5 = {"h5", "hdf5", "hdf", "he5", "nc", "nc4"};
constexpr std::array endings_of_tables = {"csv", "txt"};

void check_ending(const fs::path& file, OutputKind kind) {
  std::string ending = file.extension().string();
  if (ending.size() < 2) return;
  ending.erase(0, 1);
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  const auto is_one_of = [&](const auto& endings) {
    return std::ranges::find(endings, ending) != endings.end();
  };
  if (kind == OutputKind::hdf5 && (is_one_of(endings_of_text) || is_one_of(endings_of_others))) {
    const bool printed = ending == "csv" || ending == "json";
    refuse(file, fmt::format("what is written is HDF5, which no reader of .{} files opens", ending),
           fmt::format("name it {}.h5{}", file.stem().string(),
                       printed ? fmt::format(", or print a table instead: --format {} > {}", ending,
                                             file.filename().string())
                               : std::string()));
  }
  if (kind == OutputKind::csv && !is_one_of(endings_of_tables) &&
      (is_one_of(endings_of_text) || is_one_of(endings_of_others) || is_one_of(endings_of_hdf5))) {
    refuse(file, fmt::format("what is written is a CSV table, which no reader of .{} files opens", ending),
           fmt::format("name it {}.csv", file.stem().string()));
  }
}

bool is_null_device(const fs::path& file) {
  struct stat null {};
  struct stat status {};
  return ::stat("/dev/null", &null) == 0 && ::stat(file.c_str(), &status) == 0 && S_ISCHR(status.st_mode) &&
         status.st_rdev == null.st_rdev;
}

/// What an earlier command wrote and nobody touched since. An empty file holds nothing that could be lost.
bool is_our_own(const fs::path& file, OutputKind kind) {
  std::error_code failed;
  if (fs::file_size(file, failed) == 0 && !failed) return true;
  return kind == OutputKind::hdf5 ? format_of(file) == results_format : is_as_written(file);
}

void check_what_is_there(const fs::path& file, OutputKind kind) {
  const std::string remedy = "name another file, or replace this one with --force";
  if (!is_our_own(file, kind)) {
    refuse(file,
           kind == OutputKind::hdf5 ? "it is there and no results file"
                                    : "it is there and not known to be as `equipoise simulate` wrote it",
           remedy);
  }
  constexpr auto anybody_writes = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
  std::error_code failed;
  const fs::perms permissions = fs::status(file, failed).permissions();
  if (!failed && (permissions & anybody_writes) == fs::perms::none)
    refuse(file, "it is write-protected", remedy);
}

}  // namespace

void add_output_arguments(CLI::App& command, OutputArguments& arguments, const std::string& help,
                          const std::string& what) {
  command.add_option("-o,--output", arguments.output, help)->type_name(what);
  command.add_flag(
      "--force", arguments.force,
      "Let -o replace what is there though Equipoise did not write it, or somebody edited it since");
}

std::optional<fs::path> output_file(const OutputArguments& arguments, const fs::path& scenario,
                                    OutputKind kind) {
  if (!arguments.output) return std::nullopt;
  const fs::path wanted = *arguments.output;
  const std::string suggestion = "name a file that may be replaced";
  std::error_code failed;
  if (wanted.empty()) refuse(wanted, "that names no file", suggestion);
  if (wanted == "-") {
    refuse(wanted, "that names no file",
           kind == OutputKind::csv ? "without -o the table goes to standard output"
                                   : "an HDF5 file cannot be printed; --format says what is");
  }
  if (is_null_device(wanted)) return std::nullopt;
  if (fs::exists(wanted, failed)) {
    if (fs::equivalent(wanted, scenario, failed)) refuse(wanted, "that is the scenario", suggestion);
    if (!fs::is_regular_file(wanted, failed)) {
      refuse(
          wanted, "that is not a file but something else",
          kind == OutputKind::csv ? "name a file; without -o the table goes to standard output" : suggestion);
    }
  }
  check_ending(wanted, kind);
  const fs::path file = without_links(wanted);
  if (fs::exists(file, failed) && !arguments.force) check_what_is_there(file, kind);
  return file;
}

}  // namespace equipoise
