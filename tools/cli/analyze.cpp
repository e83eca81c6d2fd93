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
#include "engine/scenario/analysis_options.hpp"
#include "tools/cli/analysis_data.hpp"
#include "tools/cli/analysis_scale.hpp"
#include "tools/cli/analyze_contrast.hpp"
#include "tools/cli/analyze_report.hpp"
#include "tools/cli/analyze_request.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/option_checks.hpp"
#include "tools/cli/run_arguments.hpp"

namespace equipoise {
namespace {

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first <= text.size() && !text.empty();) {
    const std::size_t last = std::min(text.find(',', first), text.size());
    std::string part = text.substr(first, last - first);
    std::erase(part, ' ');
    parts.push_back(std::move(part));
    first = last + 1;
  }
  return parts;
}

bool over_visits(const AnalysisOptions& options) {
  if (const auto* gee = std::get_if<GeeOptions>(&options))
    return gee->clusters == GeeOptions::Clusters::participants;
  if (const auto* mixed = std::get_if<MixedOptions>(&options)) {
    return mixed->random == MixedOptions::Random::intercept_slope;
  }
  return std::holds_alternative<MmrmOptions>(options);
}

AnalysisOptions options_for(AnalysisPart part, const AnalysisData& data, const Transform& transform,
                            Problems& problems) {
  Design design;
  design.endpoints.resize(1);
  design.endpoints[0].kind = data.binary ? EndpointKind::state : EndpointKind::continuous;
  HypothesisPart hypothesis;
  hypothesis.transform = transform;
  part.by_site = !data.site_name.empty();
  AnalysisOptions options = analysis_options(part, hypothesis, design);
  std::visit(
      [&](auto& of) {
        if constexpr (requires { of.adjust; }) of.adjust = data.covariates;
      },
      options);
  if (auto* mixed = std::get_if<MixedOptions>(&options)) mixed->months = data.months;
  const bool slope = std::holds_alternative<MixedOptions>(options) && over_visits(options);
  if (slope && data.months.size() < 3) {
    tell_words(problems, "a slope over visits needs visits that are numbers, and two of them at least", {},
               "name a column of months with --visit");
  }
  const bool for_binary = std::holds_alternative<LogisticOptions>(options) ||
                          std::holds_alternative<ProportionsOptions>(options) ||
                          (std::holds_alternative<GeeOptions>(options) &&
                           std::get<GeeOptions>(options).link == GeeOptions::Link::logit);
  if (for_binary && !is_binary(transform, design.endpoints[0].kind)) {
    tell_words(problems, fmt::format("'{}' does not fit these values", method_name(options)),
               "some are neither 0 nor 1", "take --method mmrm or ancova, or --transform 'responder(30%)'");
  }
  for (const Covariate& covariate : data.covariates) {
    const bool may = over_visits(options) && !slope;
    if (!covariate.by_visit || may) continue;
    tell_words(problems, fmt::format("'{}' has one coefficient for a covariate", method_name(options)), {},
               "leave '*visit' out of --adjust");
    break;
  }
  return options;
}

/// What is put to the test: "superiority", "noninferiority, margin 1, lower is better".
std::string test_words(const AnalyzeArguments& arguments) {
  std::string words = arguments.test;
  if (arguments.margin != 0.0) words += fmt::format(", margin {:g}", arguments.margin);
  if (arguments.better) words += fmt::format(", {} is better", *arguments.better);
  return words + (arguments.sides == 1 ? ", one-sided" : "");
}

/// The columns of the table that the options name.
ColumnRoles roles_of(const AnalyzeArguments& arguments, const AnalysisPart& part) {
  ColumnRoles roles = arguments.roles;
  roles.adjust = parts_of(arguments.adjust);
  roles.factors = parts_of(arguments.factors);
  roles.strata = part.method == AnalysisMethod::rank_sum;
  return roles;
}

/// What a reader of the answer should know beside it.
void remark(const AnalysisReport& report) {
  if (report.data.without_covariate > 0) {
    fmt::print(stderr, "equipoise: {} participants lack a covariate and are left out\n",
               report.data.without_covariate);
  }
  if (report.method == "ancova" && report.data.covariates.empty()) {
    fmt::print(stderr,
               "equipoise: 'ancova' adjusts for nothing here, which makes it a difference of means; name "
               "covariates with --adjust\n");
  }
  if (!report.estimate.usable()) {
    fmt::print(stderr, "equipoise: the analysis ended with '{}': there is no estimate\n",
               name_of(report.estimate.status));
  }
}

int analyze(const AnalyzeArguments& arguments) {
  Problems problems;
  const AnalyzeRequest request = read_analyze(arguments, problems);
  const bool options_right = problems.empty();
  const CsvTable table(arguments.file, problems);
  if (table.names().empty()) throw InvalidInput(problems);
  Problems of_table;
  const AnalysisData data = read_analysis_data(table, roles_of(arguments, request.part), of_table);
  problems.add_new(of_table);
  std::optional<AnalysisOptions> options;
  if (options_right && of_table.empty())
    options = options_for(request.part, data, *request.transform, problems);
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
  remark(report);
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
      "The table is long: a row for each participant and visit. Missing values are NA, empty or absent "
      "rows.\n"
      "Columns with a cell that is no number are factors. A fit that fails is an answer: its status says "
      "why.");
  const auto arguments = std::make_shared<AnalyzeArguments>();
  command->add_option("DATA", arguments->file, "A CSV file with a header")->required();
  command->add_option("--value", arguments->roles.value, "Column of the outcome")->required();
  command->add_option("--participant", arguments->roles.participant, "Column of the participant")->required();
  command->add_option("--arm", arguments->roles.arm, "Column of the arm");
  command->add_option("--visit", arguments->roles.visit, "Column of the visit");
  command->add_option("--cluster", arguments->roles.cluster, "Column of the therapy group; NA: in none");
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
