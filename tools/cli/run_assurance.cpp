#include "tools/cli/run_assurance.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/scenario/build_assurance.hpp"
#include "models/condition_loader.hpp"
#include "tools/cli/assurance_summary.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/fit_failures.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/results_output.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/warnings.hpp"
#include "tools/cli/wrong_side.hpp"

namespace equipoise {
int run_assurance(const RunArguments& arguments, const ScenarioFile& scenario, Problems problems,
                  const std::string& command_line, Interruption& interruption) {
  std::optional<AssuranceRun> run = build_assurance(scenario, remembering_loader(), problems);
  problems.throw_if_any();
  tell_warnings(run->base.warnings);
  run->base.options.threads = arguments.threads;
  run->base.provenance.command_line = command_line;
  warn_of_wrong_sides(run->base, arguments.threads, interruption.asked());
  interruption.keep_what_is_done();
  ResultsOutput output(arguments, arguments.scenario.file, arguments.quiet);
  output.begin_cells(run->base.provenance, run->base.plan.design, analysis_labels(run->base.plan),
                     run->table());
  CellsDone done;
  FitFailures failures;
  try {
    ProgressBar bar(!arguments.quiet, 0.0);
    done = run_cells(
        run->cells(interruption.asked()), run->options(), &output, interruption.asked(),
        [&](std::size_t cell, const CellResult& result) {
          failures.add(result.characteristics);
          run->study.add(cell, result);
        },
        [&](const Progress& progress) { bar(progress); });
  } catch (...) {
    output.discard();  // a draw that makes no trial: no half of a study is left behind
    throw;
  }
  if (!run->study.has_result()) {
    output.discard();
    fmt::print(stderr, "equipoise: interrupted before enough draws were done to tell anything\n");
    return exit_failure;
  }
  const std::vector<Assurance> result = run->study.result();
  const bool complete = done.cells == run->study.cells();
  output.finish_cells(complete, {}, {}, result);
  print_answer(text_in(arguments.format, AssuranceSummary{*run, result, done}, assurance_table,
                       assurance_json, assurance_csv));
  const bool has_power = failures.tell();
  if (!complete) {
    fmt::print(
        stderr,
        "equipoise: interrupted after {} of {}, which stand{}; for all of them, run it again with: {}\n",
        grouped(done.cells - 1), counted(run->study.cells() - 1, "draw"), output.where(), command_line);
    return output.end(exit_failure);
  }
  return output.end(has_power ? exit_success : exit_failure);
}

}  // namespace equipoise
