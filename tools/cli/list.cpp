#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/named.hpp"
#include "engine/scenario/condition_loader.hpp"
#include "engine/scenario/scenario.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "models/condition_loader.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/option_checks.hpp"
#include "tools/cli/text_table.hpp"

namespace equipoise {
namespace {

// A table that is read on a screen or pasted into a page, not cut to the window it happens to be printed in.
constexpr std::size_t page_width = 160;

struct ListArguments {
  std::string what = "conditions";
  std::string condition;
};

using Conditions = std::vector<std::pair<std::string, std::unique_ptr<Condition>>>;

/// The condition that was asked for, or all that ship, with the names that a scenario writes.
Conditions load_conditions(const ListArguments& arguments) {
  const std::vector<std::string> names =
      arguments.condition.empty() ? condition_names() : std::vector{arguments.condition};
  Problems problems;
  Conditions conditions;
  for (const std::string& name : names) {
    const ConditionRequest request{name, {"--condition", 0, 0}, ".", {}, {}};
    if (auto condition = load_condition(request, problems))
      conditions.emplace_back(name, std::move(condition));
  }
  problems.throw_if_any();
  return conditions;
}

TextTable conditions_table(const Conditions& conditions) {
  TextTable table({"condition", "profiles", "therapies", "endpoints"});
  for (const auto& [name, condition] : conditions) {
    table.add({name, fmt::format("{}", fmt::join(condition->profiles(), ", ")),
               fmt::format("{}", fmt::join(condition->therapies(), ", ")),
               std::to_string(condition->endpoints().size())});
  }
  return table;
}

TextTable therapies_table(const Conditions& conditions) {
  TextTable table({"condition", "therapy", "sessions", "meets in", "home practice asked"});
  for (const auto& [name, condition] : conditions) {
    for (const std::string& therapy : condition->therapies()) {
      const Delivery delivery = condition->delivery(therapy);
      const char* setting = delivery.in_groups ? "groups" : delivery.sessions > 0 ? "single sessions" : "-";
      const std::string practice =
          delivery.practice_asked > 0.0 ? fmt::format("{:g} min a week", delivery.practice_asked) : "-";
      table.add({name, therapy, std::to_string(delivery.sessions), setting, practice});
    }
  }
  return table;
}

std::string scale_of(const Endpoint& endpoint) {
  if (endpoint.kind != EndpointKind::score) return "-";
  const std::string step = endpoint.step > 0.0 ? fmt::format(" by {:.3g}", endpoint.step) : std::string();
  return fmt::format("{:g} to {:g}{}", endpoint.minimum, endpoint.maximum, step);
}

TextTable endpoints_table(const Conditions& conditions) {
  TextTable table({"condition", "endpoint", "kind", "better", "scale", "unit", "instrument"});
  for (const auto& [name, condition] : conditions) {
    for (const Endpoint& endpoint : condition->endpoints()) {
      table.add({name, endpoint.name, std::string(name_of(endpoint.kind)),
                 std::string(name_of(endpoint.better)), scale_of(endpoint),
                 endpoint.unit.empty() ? "-" : endpoint.unit, endpoint.instrument});
    }
  }
  return table;
}

const char* what_is(AnalysisMethod method) {
  switch (method) {
    case AnalysisMethod::mean_difference:
      return "difference of two means, Student's or Welch's t test (variance = \"pooled\" or \"welch\")";
    case AnalysisMethod::ancova:
      return "analysis of covariance: difference of means adjusted for baselines and site (adjust, arms)";
    case AnalysisMethod::mmrm:
      return "mixed model for repeated measures (covariance, covariance_by_arm, likelihood, df, se, "
             "information, "
             "adjust, arms, fallback)";
    case AnalysisMethod::mixed:
      return "random effects of therapy groups at a visit, or a random intercept and slope over visits "
             "(random, "
             "residual, likelihood, df, information, adjust, arms)";
    case AnalysisMethod::logistic:
      return "logistic regression: risk difference, risk ratio or odds ratio (measure, statistic, se, "
             "adjust, arms)";
    case AnalysisMethod::gee:
      return "generalized estimating equations over visits or of therapy groups (link, correlation, "
             "clusters, "
             "correction, df, adjust, arms)";
    case AnalysisMethod::rank_sum:
      return "Wilcoxon's rank sum test, by site where asked for (by_site)";
    case AnalysisMethod::proportions:
      return "difference of two proportions, score test and Newcombe interval (missing)";
  }
  return "";
}

const char* what_is(TestWord test) {
  switch (test) {
    case TestWord::superiority:
      return "the treatment is better (it takes no margin)";
    case TestWord::superiority_by_margin:
      return "the treatment is better by more than the margin";
    case TestWord::noninferiority:
      return "the treatment is not worse by the margin or more";
    case TestWord::equivalence:
      return "the two differ by less than the margin";
  }
  return "";
}

const char* what_is(MultiplicityMethod method) {
  switch (method) {
    case MultiplicityMethod::none:
      return "each hypothesis at the full alpha";
    case MultiplicityMethod::bonferroni:
      return "each hypothesis at its share of alpha (weights)";
    case MultiplicityMethod::holm:
      return "Holm's step-down procedure (weights)";
    case MultiplicityMethod::hochberg:
      return "Hochberg's step-up procedure";
    case MultiplicityMethod::hommel:
      return "Hommel's procedure: the closed test of Simes'";
    case MultiplicityMethod::fixed_sequence:
      return "in order, each at the full alpha, until one is not rejected (order)";
    case MultiplicityMethod::fallback:
      return "in order; what a rejected hypothesis had goes to the next (weights, order)";
    case MultiplicityMethod::graph:
      return "what a rejected hypothesis had goes where the graph says (weights, transitions)";
    case MultiplicityMethod::dunnett:
      return "treatments against one comparator, by their joint distribution";
    case MultiplicityMethod::dunnett_step_down:
      return "Dunnett's test, stepping down";
    case MultiplicityMethod::gatekeeping:
      return "families in order; the earlier keep the gate to the later (family)";
    case MultiplicityMethod::co_primary:
      return "the trial succeeds only where every hypothesis is shown";
  }
  return "";
}

template <class Enum>
void add_all(TextTable& table, const char* key) {
  for (const Named<Enum>& named : NamesOf<Enum>::all) {
    table.add({key, std::string(named.name), what_is(named.value)});
  }
}

TextTable methods_table() {
  TextTable table({"key", "value", "what it is"});
  add_all<AnalysisMethod>(table, "hypothesis.*.analysis.method");
  add_all<TestWord>(table, "hypothesis.*.test");
  const char* transform = "hypothesis.*.transform";
  table.add({transform, "none", "the value as measured"});
  table.add({transform, "log1p", "log(1 + value)"});
  table.add({transform, "change", "value - own baseline"});
  table.add({transform, "responder(N%)", "yes where the value improved on its own baseline by at least N %"});
  add_all<MultiplicityMethod>(table, "testing.method");
  return table;
}

TextTable keys_table() {
  TextTable table({"key", "type", "unit", "range", "default", "what it is"});
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  for (const KeyRow& row : scenario_keys().rows()) {
    const bool is_header = row.section && row.path.find('.') == std::string::npos;
    const std::string path = !is_header     ? row.path
                             : row.repeated ? fmt::format("[[{}]]", row.path)
                                            : fmt::format("[{}]", row.path);
    table.add({path, row.type, or_dash(row.unit), or_dash(row.range), row.default_text, row.doc});
  }
  return table;
}

TextTable table_of(const ListArguments& arguments) {
  if (arguments.what == "keys") return keys_table();
  if (arguments.what == "methods") return methods_table();
  const Conditions conditions = load_conditions(arguments);
  if (arguments.what == "therapies") return therapies_table(conditions);
  if (arguments.what == "endpoints") return endpoints_table(conditions);
  return conditions_table(conditions);
}

}  // namespace

Command add_list(CLI::App& program) {
  CLI::App* command = program.add_subcommand("list", "Print what a scenario may name");
  const auto arguments = std::make_shared<ListArguments>();
  command
      ->add_option(
          "WHAT", arguments->what,
          "conditions (unless said otherwise), therapies, endpoints, methods, or keys: every key of a "
          "scenario file")
      ->check([](const std::string& text) {
        return wrong_word(text, {"conditions", "therapies", "endpoints", "methods", "keys"});
      })
      ->type_name("");
  command
      ->add_option("--condition", arguments->condition,
                   "Only this condition: the name of one that ships, or a path to a folder")
      ->type_name("NAME");
  return {command, [arguments] {
            fmt::print("{}", table_of(*arguments).text(page_width));
            return exit_success;
          }};
}

}  // namespace equipoise
