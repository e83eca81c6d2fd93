#include "engine/calibration/calibrate.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/base/stop.hpp"
#include "models/condition_loader.hpp"
#include "tools/cli/calibration_folder.hpp"
#include "tools/cli/calibration_report.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/output_file.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/whole_number.hpp"
#include "tools/cli/write_file.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

struct CalibrateArguments : OutputArguments {
  std::string condition;
  CalibrateOptions options;
  std::string format = "table";
  bool quiet = false;
};

/// Trials that are to be left out and are not there.
void check_left_out(const CalibrateOptions& options, const CalibrationSource& source, Problems& problems) {
  std::vector<std::string> names;
  for (const SimulatedSource& trial : source.trials) names.push_back(trial.name);
  for (const std::string& name : options.leave_out) {
    if (std::ranges::find(names, name) != names.end()) continue;
    problems.add({"--leave-out", 0, 0}, fmt::format("there is no simulated trial '{}'", name), {},
                 suggest(name, names));
  }
}

/// What a calibration begins with. The text is that of parameters.toml as it was read: whoever edits the file
/// meanwhile finds the values of this one.
struct Beginning {
  CalibrationSource source;
  std::string parameters;
};

Beginning read_source(const CalibrateArguments& arguments) {
  Problems problems;
  const auto folder = condition_folder(arguments.condition, problems);
  std::optional<CalibrationSource> source;
  if (folder) source = read_calibration(*folder, load_condition, problems);
  if (source) check_left_out(arguments.options, *source, problems);
  problems.throw_if_any();
  std::string parameters = text_of_file(source->folder / "parameters.toml");
  return {std::move(*source), std::move(parameters)};
}

/// Writes the files; a disk that fails is told, and the answer is worth printing all the same.
bool write_files(CalibrationFolder& folder, const std::string& parameters, const Calibration& calibration) {
  try {
    folder.write(parameters, calibration);
    return true;
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "equipoise: {}\n", error.what());
    return false;
  }
}

/// Says so where the answer is not to be relied on.
void warn_of_search(const MomentFit& fit) {
  if (fit.log.converged) return;
  fmt::print(stderr,
             "equipoise: the search has not converged after {} gradients (what it came to is not the mode "
             "yet); try other --starts, or look at targets and priors that contradict each other\n",
             fit.log.misfits.size());
}

void say_where(const CalibrationFolder& folder, const std::string& name, bool written) {
  if (written) {
    fmt::print(stderr, "parameters.toml, posterior.toml, calibration.json and calibration.h5 are in {}.\n",
               name);
  }
  if (folder.put_aside()) {
    fmt::print(stderr, "equipoise: what a calibration left there that was killed is kept as {}\n",
               folder.put_aside()->string());
  }
}

int run_calibration(const CalibrateArguments& arguments) {
  Interruption interruption;
  const auto [source, parameters] = read_source(arguments);
  interruption.keep_what_is_done();
  std::optional<CalibrationFolder> folder;
  if (arguments.output) folder.emplace(*arguments.output, source.folder, arguments.force);
  const auto started = std::chrono::steady_clock::now();
  std::optional<Calibration> calibration;
  try {
    ProgressCount count(!arguments.quiet, "source trials simulated");
    calibration =
        calibrate(source, remembering_loader(), arguments.options, interruption.asked(), [&] { count(); });
  } catch (const Interrupted&) {
    fmt::print(stderr, "equipoise: interrupted; a calibration that is not finished leaves nothing\n");
    return exit_failure;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  const bool written = !folder || write_files(*folder, parameters, *calibration);
  print_answer(arguments.format == "json" ? calibration_json(*calibration)
                                          : calibration_table(*calibration, elapsed.count()));
  warn_of_search(calibration->fit);
  if (folder && !arguments.quiet) say_where(*folder, *arguments.output, written);
  return written ? exit_success : exit_failure;
}

void add_options(CLI::App& command, CalibrateArguments& arguments) {
  CalibrateOptions& options = arguments.options;
  command.add_option("condition", arguments.condition, "A condition that ships, or a folder of one")
      ->required()
      ->type_name("CONDITION");
  add_output_arguments(
      command, arguments,
      "Write parameters.toml, posterior.toml, calibration.json and calibration.h5 to this folder", "FOLDER");
  command.add_option("--seed", options.seed, "The seed of all random numbers")
      ->check([](const std::string& text) { return wrong_whole_number(text, 0); })
      ->capture_default_str();
  command.add_option("--participants", options.participants, "Simulate so many people of each source trial")
      ->check(CLI::Range(1'000, 10'000'000))
      ->capture_default_str();
  command.add_option("--draws", options.draws, "Draw so often from the posterior")
      ->check(CLI::Range(20, 10'000))
      ->capture_default_str();
  command
      .add_option("--thin", options.thin,
                  "Let the chain go on for so many states between draws, and for twice as many while they "
                  "repeat each other too often")
      ->check(CLI::Range(std::size_t{1}, most_thin))
      ->capture_default_str();
  command.add_option("--starts", options.starts, "Search from so many starts")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command.add_flag("--reported-only", options.reported_only,
                   "Leave out the targets that nobody has read: those with status or se_status assumed");
  command
      .add_option("--leave-out", options.leave_out,
                  "Compare with this trial's targets instead of aiming at them; may be given again")
      ->type_name("TRIAL");
  command
      .add_option("--threads", options.threads,
                  "Work on so many threads; the results are the same on any number")
      ->check(CLI::Range(0, 4096))
      ->default_str("all");
  command.add_option("--format", arguments.format, "What to print: table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str()
      ->type_name("FORMAT");
  command.add_flag("--quiet", arguments.quiet, "No progress and no messages but errors");
}

}  // namespace

Command add_calibrate(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("calibrate", "Fit a condition's parameters to what was published");
  command->footer(
      "Simulates every trial of the condition's evidence.toml as it was run and finds the free parameters\n"
      "(those with a prior in parameters.toml) under which all reported numbers come back as nearly as "
      "their\n"
      "errors ask for; then draws from the posterior. Prints reported beside simulated, what the evidence\n"
      "says of each parameter, and which numbers contradict each other.");
  const auto arguments = std::make_shared<CalibrateArguments>();
  add_options(*command, *arguments);
  return {command, [arguments] { return run_calibration(*arguments); }};
}

}  // namespace equipoise
