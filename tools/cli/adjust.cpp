#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/testing/multiplicity.hpp"
#include "engine/testing/reject_in_steps.hpp"
#include "tools/cli/adjust_request.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/csv.hpp"
#include "tools/cli/json.hpp"
#include "tools/cli/number_table.hpp"
#include "tools/cli/option_checks.hpp"

namespace equipoise {
namespace {

/// What the procedure answers.
struct Adjusted {
  std::vector<double> p;
  std::vector<bool> rejected;
};

/// One rejection of a procedure that is a graph, and the graph that it leaves.
struct GraphStep {
  std::size_t hypothesis = 0;
  double share = 0.0;  // of alpha, that it had
  HypothesisGraph left;
};

Adjusted adjust(const AdjustRequest& request) {
  Adjusted answer{std::vector<double>(request.p.size()), {}};
  Multiplicity::Scratch scratch;
  request.procedure(request.p, request.df, answer.p, scratch);
  for (const double p : answer.p) answer.rejected.push_back(p <= request.alpha);
  return answer;
}

/// The rejections in their order: each time the hypothesis that needs the least alpha.
std::vector<GraphStep> steps_of(const AdjustRequest& request) {
  std::vector<GraphStep> steps;
  HypothesisGraph graph = request.procedure.graph();
  std::vector<bool> rejected(request.p.size(), false);
  while (steps.size() < request.p.size()) {
    std::size_t next = request.p.size();
    double least = request.alpha;
    for (std::size_t h = 0; h < request.p.size(); ++h) {
      const double alpha = graph.alpha_of(h, known(request.p[h]));
      const bool sooner = next == request.p.size() ? alpha <= least : alpha < least;
      if (rejected[h] || !sooner) continue;
      least = alpha;
      next = h;
    }
    if (next == request.p.size()) break;
    const double share = graph.weights()[next];
    graph.reject(next);
    rejected[next] = true;
    steps.push_back({next, share, graph});
  }
  return steps;
}

Json json_of(const GraphStep& step, const AdjustRequest& request) {
  const std::size_t count = request.names.size();
  Json object;
  object["rejected"] = request.names[step.hypothesis];
  object["p"] = request.p[step.hypothesis];
  object["level"] = step.share * request.alpha;
  object["weights"] = step.left.weights();
  Json& rows = object["transitions"] = Json::array();
  for (std::size_t from = 0; from < count; ++from) {
    Json row = Json::array();
    for (std::size_t to = 0; to < count; ++to) row.push_back(step.left.transition(from, to));
    rows.push_back(std::move(row));
  }
  return object;
}

std::string adjust_json(const AdjustRequest& request, const Adjusted& answer) {
  Json object;
  object["method"] = name_of(request.procedure.method());
  object["alpha"] = request.alpha;
  Json& hypotheses = object["hypotheses"] = Json::array();
  std::size_t rejected = 0;
  for (std::size_t i = 0; i < request.names.size(); ++i) {
    hypotheses.push_back({{"name", request.names[i]},
                          {"p", json_number(request.p[i])},
                          {"p_adjusted", answer.p[i]},
                          {"rejected", bool(answer.rejected[i])}});
    rejected += answer.rejected[i] ? 1U : 0U;
  }
  object["rejected"] = rejected;
  if (is_graph(request.procedure.method())) {
    Json& steps = object["steps"] = Json::array();
    for (const GraphStep& step : steps_of(request)) steps.push_back(json_of(step, request));
  }
  return json_text(object);
}

std::string adjust_csv(const AdjustRequest& request, const Adjusted& answer) {
  std::string text = "hypothesis,p,p_adjusted,rejected\n";
  for (std::size_t i = 0; i < request.names.size(); ++i) {
    text += fmt::format("{},{},{},{}\n", csv_text(request.names[i]), csv_number(request.p[i]),
                        csv_number(answer.p[i]), answer.rejected[i] ? 1 : 0);
  }
  return text;
}

std::string steps_table(const AdjustRequest& request) {
  const std::vector<GraphStep> steps = steps_of(request);
  if (steps.empty()) return "\nNothing is rejected.\n";
  std::vector<std::string> header{"Rejected", "p", "Level"};
  for (const std::string& name : request.names) header.push_back("Then " + name);
  NumberTable table(header);
  for (const GraphStep& step : steps) {
    std::vector<std::string> row{request.names[step.hypothesis],
                                 fmt::format("{:.6g}", request.p[step.hypothesis]),
                                 fmt::format("{:.6g}", step.share * request.alpha)};
    for (const double weight : step.left.weights()) {
      row.push_back(fmt::format("{:.6g}", weight * request.alpha));
    }
    table.add(std::move(row));
  }
  return "\nStep by step: the level of each, once the one in front is rejected\n\n" + table.text();
}

std::string adjust_table(const AdjustRequest& request, const Adjusted& answer) {
  NumberTable table({"Hypothesis", "p", "Adjusted p", "Rejected"});
  for (std::size_t i = 0; i < request.names.size(); ++i) {
    const std::string p = std::isnan(request.p[i]) ? "-" : fmt::format("{:.6g}", request.p[i]);
    table.add({request.names[i], p, fmt::format("{:.6g}", answer.p[i]), answer.rejected[i] ? "yes" : "no"});
  }
  std::string text =
      fmt::format("{}, alpha {:g}\n\n{}", name_of(request.procedure.method()), request.alpha, table.text());
  if (is_graph(request.procedure.method())) text += steps_table(request);
  return text;
}

int run(const AdjustArguments& arguments) {
  Problems problems;
  const AdjustRequest request = read_adjust(arguments, problems);
  problems.throw_if_any();
  const Adjusted answer = adjust(request);
  fmt::print("{}", arguments.format == "json"  ? adjust_json(request, answer)
                   : arguments.format == "csv" ? adjust_csv(request, answer)
                                               : adjust_table(request, answer));
  return exit_success;
}

}  // namespace

Command add_adjust(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("adjust", "Adjust p values for the number of hypotheses, and decide");
  command->footer(
      "A hypothesis is rejected where its adjusted p value is at most alpha. Lists have commas, rows and\n"
      "families semicolons between them: --transitions '0,1;1,0' --families 'H1,H2;H3'. Hypotheses are "
      "named\n"
      "by --names, else H1, H2, ..., or by their numbers.");
  const auto arguments = std::make_shared<AdjustArguments>();
  const auto add = [&](const char* option, std::string& text, const char* doc) {
    return command->add_option(option, text, doc)->type_name("LIST");
  };
  add("--method", arguments->method, "The procedure: equipoise list methods")->required()->type_name("WORD");
  add("--p", arguments->p, "The p values; NA: a test that could not be made")->required();
  add("--names", arguments->names, "What the hypotheses are called");
  add("--alpha", arguments->alpha, "The significance level of all together")
      ->type_name("NUMBER")
      ->capture_default_str();
  add("--weights", arguments->weights, "Shares of alpha (bonferroni, holm, fallback, graph)");
  add("--transitions", arguments->transitions, "A row a hypothesis: where its share goes (graph)");
  add("--order", arguments->order, "Order of testing (fixed_sequence, fallback)");
  add("--families", arguments->families, "Families in order (gatekeeping)");
  add("--family-methods", arguments->family_methods, "bonferroni, holm or fixed_sequence, one a family");
  add("--family-weights", arguments->family_weights, "Shares of what each family may spend");
  add("--truncation", arguments->truncation, "Of holm, one a family: 1 is whole, 0 is bonferroni");
  add("--gates", arguments->gates, "serial or parallel, one a family");
  add("--correlation", arguments->correlation,
      "Of the statistics: one number for all pairs, or a matrix (dunnett; 0.5 unless given: equal arms)");
  add("--df", arguments->df, "Degrees of freedom, one for all or one each (dunnett; normal unless given)");
  add("--sides", arguments->sides, "Sides of the p values, 1 or 2 (dunnett; 2 unless given)")
      ->type_name("NUMBER");
  command->add_option("--format", arguments->format, "table, json or csv")
      ->check([](const std::string& text) {
        return wrong_word(text, {"table", "json", "csv"});
      })
      ->capture_default_str();
  return {command, [arguments] { return run(*arguments); }};
}

}  // namespace equipoise
