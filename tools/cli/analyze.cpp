#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/analysis/analyse.hpp"
#include "engine/scenario/analysis_keys.hpp"
#include "tools/cli/analysis_data.hpp"
#include "tools/cli/analysis_scale.hpp"
#include "tools/cli/analyze_contrast.hpp"
#include "tools/cli/analyze_options.hpp"
#include "tools/cli/analyze_report.hpp"
#include "tools/cli/analyze_request.hpp"
#include "tools/cli/cell_value.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/option_checks.hpp"
#include "tools/cli/run_arguments.hpp"

namespace equipoise {
namespace {

/// What is put to the test: "superiority", "noninferiority, margin 1, lower is better".
std::string test_words(const AnalyzeArguments& arguments) {
  std::string words = arguments.test;
  if (arguments.margin != 0.0) words += fmt::format(", margin {:g}", arguments.margin);
  if (arguments.better) words += fmt::format(", {} is better", *arguments.better);
  return words + (arguments.sides == 1 ? ", one-sided" : "");
}

/// The columns of the table that the options name.
ColumnRoles roles_of(const AnalyzeArguments& arguments, const AnalyzeRequest& request) {
  ColumnRoles roles = arguments.roles;
  roles.adjust = parts_of(arguments.adjust);
  roles.factors = parts_of(arguments.factors);
  roles.strata = request.part.method == AnalysisMethod::rank_sum;
  const Transform::Kind transform = request.transform ? request.transform->kind : Transform::Kind::none;
  roles.from_baseline = transform == Transform::Kind::change || transform == Transform::Kind::responder;
  if (transform == Transform::Kind::log1p) roles.above = -1.0;
  return roles;
}

int analyze(const AnalyzeArguments& arguments) {
  Problems problems;
  const AnalyzeRequest request = read_analyze(arguments, problems);
  const bool options_right = problems.empty();
  const CsvTable table(arguments.file, problems);
  if (table.names().empty()) throw InvalidInput(problems);
  Problems of_table;
  const AnalysisData data = read_analysis_data(table, roles_of(arguments, request), of_table);
  problems.add_new(of_table);
  std::optional<AnalysisOptions> options;
  if (options_right && of_table.empty()) options = analyze_options(arguments, request, data, problems);
  NamedContrast named =
      read_contrast(arguments, data, options ? std::optional(over_visits(*options)) : std::nullopt, problems);
  problems.throw_if_any();
  Contrast& contrast = named.contrast;
  contrast.transform = *request.transform;
  contrast.better = value_of<Direction>(arguments.better.value_or("")).value_or(Direction::lower_better);
  const Question question(*request.test, better_after(contrast.transform, contrast.better), arguments.margin,
                          Level{arguments.alpha, arguments.sides});
  AnalysisReport report{std::string(method_name(*options)),
                        named.words,
                        test_words(arguments),
                        scale_of(contrast, *options),
                        data,
                        {},
                        question.confidence(),
                        {}};
  AnalysisWorkspace workspace;
  report.estimate = analyse(data.trial, contrast, question, *options, workspace, &report.details);
  for (const std::string& remark : remarks_on(data, *options)) fmt::print(stderr, "equipoise: {}\n", remark);
  if (!report.estimate.usable()) {
    fmt::print(stderr, "equipoise: the analysis ended with '{}': there is no estimate\n",
               name_of(report.estimate.status));
  }
  fmt::print("{}", text_in(arguments.format, report, report_table, report_json, report_csv));
  return exit_success;
}

void add_method_options(CLI::App& command, AnalyzeArguments& arguments) {
  arguments.words.emplace_back("method", "");
  for (const std::string_view key : method_keys()) {
    if (key != "adjust" && key != "by_site") arguments.words.emplace_back(std::string(key), "");
  }
  const auto rows = analysis_keys(false).rows();
  for (auto& [key, word] : arguments.words) {
    const auto row = std::ranges::find(rows, key, &KeyRow::path);
    if (key == "covariance_by_arm") {
      command.add_flag_callback(
          option_name(key), [&word] { word = "true"; }, row->doc);
      continue;
    }
    CLI::Option* option = command.add_option(option_name(key), word, row->doc)->type_name("WORD");
    if (key == "method") option->required();
  }
}

}  // namespace

Command add_analyze(CLI::App& program) {
  CLI::App* command = program.add_subcommand("analyze", "Analyse a data set with the engine's estimators");
  command->footer(
      "The table is long: a row for each participant and visit. A missing value is an empty cell, an absent "
      "row\nor one of " +
      missing_words() +
      ".\nA column of numbers is a number, one of words a factor; one of both is refused unless --factor "
      "names "
      "it.\nA fit that fails is an answer: its status says why.");
  const auto arguments = std::make_shared<AnalyzeArguments>();
  command->add_option("DATA", arguments->file, "A CSV file with a header")->required();
  command->add_option("--value", arguments->roles.value, "Column of the outcome")->required();
  command->add_option("--participant", arguments->roles.participant, "Column of the participant")->required();
  command->add_option("--arm", arguments->roles.arm, "Column of the arm");
  command->add_option("--visit", arguments->roles.visit, "Column of the visit");
  command->add_option("--cluster", arguments->roles.cluster, "Column of the therapy group; NA: in none");
  command->add_flag("--groups-of-one", arguments->groups_of_one,
                    "Groups of one person in an arm of 'mixed' are therapy groups");
  command->add_option("--baseline", arguments->roles.baseline, "The visit that is baseline, no response");
  command->add_option("--adjust", arguments->adjust, "Covariates, such as 'base*visit,site'");
  command->add_option("--factor", arguments->factors, "Columns of numbers that are categories");
  command->add_option("--compare", arguments->compare, "TREATMENT,COMPARATOR");
  command->add_option("--at", arguments->at, "The visit, several, or average");
  command->add_option("--compare-visits", arguments->compare_visits, "LATER,EARLIER: a change within an arm");
  command->add_option("--mean", arguments->mean, "An arm: its adjusted mean, or the arm of --compare-visits");
  command->add_option("--transform", arguments->transform, "none, change, log1p, responder(30%)");
  command->add_option("--test", arguments->test,
                      "superiority, superiority_by_margin, noninferiority, equivalence");
  command->add_option("--margin", arguments->margin, "Of every --test but superiority")
      ->check([](const std::string& text) { return wrong_number(text, at_least(0)); });
  command->add_option("--better", arguments->better, "lower or higher")->check([](const std::string& text) {
    return wrong_word(text, names_of<Direction>());
  });
  command->add_option("--alpha", arguments->alpha, "Significance level")->check([](const std::string& text) {
    return wrong_number(text, above_up_to(0, 0.5));
  });
  command->add_option("--sides", arguments->sides, "1 or 2")->check([](const std::string& text) {
    return wrong_number(text, between(1, 2));
  });
  command->add_option("--format", arguments->format, "table, json or csv")
      ->check([](const std::string& text) { return wrong_word(text, names_of<Format>()); })
      ->capture_default_str();
  add_method_options(*command, *arguments);
  return {command, [arguments] { return analyze(*arguments); }};
}

}  // namespace equipoise
