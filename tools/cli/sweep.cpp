#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/scenario/build_cells.hpp"
#include "models/condition_loader.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/fit_failures.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/results_output.hpp"
#include "tools/cli/run_arguments.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/sweep_summary.hpp"
#include "tools/cli/warnings.hpp"
#include "tools/cli/wrong_side.hpp"

namespace equipoise {
namespace {

CellStudy load_cells(const RunArguments& arguments) {
  Problems problems;
  const std::optional<ScenarioFile> file =
      load_scenario(arguments.scenario, overrides_of(arguments), problems);
  std::optional<CellStudy> study = file ? build_cells(*file, remembering_loader(), problems) : std::nullopt;
  problems.throw_if_any();
  EQUIPOISE_EXPECTS(study.has_value());
  return std::move(*study);
}

/// Of each cell's powers to those of the reference; empty where that was not done.
std::vector<std::vector<CellDifference>> differences_to(std::size_t reference,
                                                        const std::vector<CellResult>& results) {
  std::vector<std::vector<CellDifference>> differences;
  if (reference >= results.size()) return differences;
  for (const CellResult& result : results) {
    std::vector<CellDifference>& of_cell = differences.emplace_back();
    for (std::size_t h = 0; h < result.rejections.hypotheses(); ++h) {
      of_cell.push_back({power_difference(result.rejections, results[reference].rejections, h),
                         power_difference(result.either, results[reference].either, h)});
    }
  }
  return differences;
}

/// One `equipoise sweep`: its cells are run, written and shown.
class Sweep {
 public:
  Sweep(const RunArguments& arguments, CellStudy study)
      : arguments_(arguments),
        study_(std::move(study)),
        table_(study_.table()),
        output_(arguments, arguments.scenario.file, arguments.quiet) {}

  int run(const Interruption& interruption) {
    const Study& base = study_.base;
    output_.begin_cells(base.provenance, base.plan.design, analysis_labels(base.plan), table_);
    run_all(interruption);
    if (!has_answer()) return say_nothing_done();
    study_.sensitivity ? show_sensitivity() : show_sweep();
    const bool has_power = failures_.tell();
    if (!complete()) return say_interrupted();
    return output_.end(has_power ? exit_success : exit_failure);
  }

 private:
  void run_all(const Interruption& interruption) {
    ProgressBar bar(!arguments_.quiet, 0.0);
    try {
      done_ = run_cells(
          study_.cells(interruption.asked()), study_.options(), &output_, interruption.asked(),
          [&](std::size_t cell, const CellResult& result) { keep(cell, result); },
          [&](const Progress& progress) { bar(progress); });
    } catch (...) {
      output_.discard();  // a cell that cannot be made: no half of a study is left behind
      throw;
    }
  }

  void keep(std::size_t cell, const CellResult& result) {
    failures_.add(result.characteristics);
    if (study_.plan) {
      study_.plan->study.add(cell, result);
    } else {
      results_.push_back(result);
    }
  }

  [[nodiscard]] bool complete() const { return done_.cells == table_.cells; }
  [[nodiscard]] bool has_answer() const {
    return study_.plan ? study_.plan->study.has_result() : !results_.empty();
  }

  void show_sweep() {
    const auto differences = differences_to(study_.sweep->reference, results_);
    output_.finish_cells(complete(), differences, {});
    const SweepSummary summary{study_, table_, results_, differences, done_};
    print_answer(text_in(arguments_.format, summary, sweep_table, sweep_json, sweep_csv));
  }

  void show_sensitivity() {
    const Sensitivity result{table_.sensitivity, study_.plan->study.result()};
    output_.finish_cells(complete(), {}, result.hypotheses);
    const SensitivitySummary summary{study_, result, done_};
    print_answer(text_in(arguments_.format, summary, sensitivity_table, sensitivity_json, sensitivity_csv));
  }

  int say_nothing_done() {
    output_.discard();
    fmt::print(stderr, "equipoise: interrupted before enough cells were done to tell anything\n");
    return exit_failure;
  }

  [[nodiscard]] int say_interrupted() const {
    fmt::print(stderr,
               "equipoise: interrupted after {} of {}, which stand{}; for all of them, run it again with: "
               "{}\n",
               grouped(done_.cells), counted(table_.cells, "cell"), output_.where(),
               study_.base.provenance.command_line);
    return output_.end(exit_failure);
  }

  const RunArguments& arguments_;
  CellStudy study_;
  CellTable table_;
  ResultsOutput output_;
  std::vector<CellResult> results_;  // of a sweep
  CellsDone done_;
  FitFailures failures_;
};

/// A precision is asked of runs and of the cells of a [sweep]; a scenario may have one for those.
void remark_on_precision(const CellStudy& study) {
  if (!study.sensitivity || !study.base.options.precision) return;
  fmt::print(stderr,
             "equipoise: the precision {:g} is not asked of a [sensitivity]: its points have {} each, "
             "the ends "
             "of its factors {}\n",
             *study.base.options.precision, counted(study.sensitivity->trials, "trial"),
             grouped(study.base.options.trials));
}

int sweep(const RunArguments& arguments, const std::string& command_line) {
  Interruption interruption;
  CellStudy study = load_cells(arguments);
  tell_warnings(study.base.warnings);
  interruption.keep_what_is_done();
  if (!arguments.quiet) remark_on_precision(study);
  study.base.options.threads = arguments.threads;
  study.base.provenance.command_line = command_line;
  warn_of_wrong_sides(study.base, arguments.threads, interruption.asked());
  return Sweep(arguments, std::move(study)).run(interruption);
}

}  // namespace

Command add_sweep(CLI::App& program, std::string command_line) {
  CLI::App* command = program.add_subcommand(
      "sweep",
      "Simulate the cells of a scenario's [sweep], or which of its [sensitivity] the power hangs on");
  command->footer(
      "Prints the power of every hypothesis in every cell, and how it differs from that in the reference "
      "cell;\nor, for a [sensitivity], what each key does to the power alone and together with the others.\n"
      "Ctrl-C ends early with the cells that are done by then.");
  const auto arguments = std::make_shared<RunArguments>();
  add_run_arguments(*command, *arguments,
                    "Write the cells and, of a [sweep], every replicate to this HDF5 file");
  return {command, [arguments, line = std::move(command_line)] { return sweep(*arguments, line); }};
}

}  // namespace equipoise
