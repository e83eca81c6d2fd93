#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "engine/base/named.hpp"
#include "tools/cli/output_file.hpp"
#include "tools/cli/scenario_arguments.hpp"

namespace equipoise {

/// What is printed of a run.
enum class Format { table, json, csv };

template <>
struct NamesOf<Format> {
  static constexpr std::array<Named<Format>, 3> all{
      {{"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}}};
};

/// The answer as the user wants it printed.
template <class Summary>
[[nodiscard]] std::string text_in(const std::string& format, const Summary& summary,
                                  std::string (*table)(const Summary&), std::string (*json)(const Summary&),
                                  std::string (*csv)(const Summary&)) {
  switch (*value_of<Format>(format)) {
    case Format::table:
      return table(summary);
    case Format::json:
      return json(summary);
    case Format::csv:
      return csv(summary);
  }
  return {};
}

/// How a command works and prints, whatever it simulates.
struct WorkArguments {
  std::optional<std::int64_t> seed;
  int threads = 0;
  std::string format = "table";
  bool quiet = false;
};

/// Adds them to a command. `arguments` must live as long as the command.
void add_work_arguments(CLI::App& command, WorkArguments& arguments);

/// What every command that runs a scenario's trials takes.
struct RunArguments : WorkArguments, OutputArguments {
  ScenarioArguments scenario;
  std::optional<std::int64_t> trials;
  std::optional<double> precision;
};

/// Adds them to a command, with what is to be said of -o. `arguments` must live as long as the command.
void add_run_arguments(CLI::App& command, RunArguments& arguments, const std::string& output_help);

/// The keys of the scenario that the options stand for.
[[nodiscard]] std::vector<Override> overrides_of(const RunArguments& arguments);

}  // namespace equipoise
