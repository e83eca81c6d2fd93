#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/analysis/analyse.hpp"
#include "engine/base/nearest.hpp"
#include "engine/scenario/analysis_keys.hpp"
#include "engine/scenario/analysis_options.hpp"
#include "tools/cli/analysis_data.hpp"
#include "tools/cli/analyze_report.hpp"
#include "tools/cli/command.hpp"

namespace equipoise {
namespace {

struct AnalyzeArguments {
  std::string file;
  ColumnRoles roles;
  std::string adjust;
  std::string factors;
  std::string compare;
  std::string at;
  std::string compare_visits;
  std::string mean;
  std::string transform = "none";
  std::string test = "superiority";
  std::optional<std::string> better;
  double margin = 0.0;
  double alpha = 0.05;
  int sides = 2;
  std::string format = "table";
  // The words of the options that belong to methods, by key; empty: not given.
  std::vector<std::pair<std::string, std::string>> words;

  [[nodiscard]] const std::string& word(std::string_view key) const {
    return std::ranges::find(words, key, &std::pair<std::string, std::string>::first)->second;
  }
};

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

/// As it stands in a file: labels of arms may hold spaces.
std::vector<std::string> labels_of(const std::string& text) {
  std::vector<std::string> labels;
  for (std::size_t first = 0; first <= text.size() && !text.empty();) {
    const std::size_t last = std::min(text.find(',', first), text.size());
    labels.push_back(text.substr(first, last - first));
    first = last + 1;
  }
  return labels;
}

std::string option_name(std::string key) {
  std::ranges::replace(key, '_', '-');
  return "--" + key;
}

/// What the options ask for; everything wrong with them is a problem.
class Request {
 public:
  Request(const AnalyzeArguments& arguments, Problems& problems)
      : arguments_(arguments), problems_(problems) {}

  [[nodiscard]] AnalysisPart part() {
    AnalysisPart part;
    read("method", part.method);
    read("variance", part.variance);
    read("arms", part.arms);
    read("covariance", part.covariance);
    read("likelihood", part.likelihood);
    read("df", part.df);
    read("se", part.se);
    read("information", part.information);
    read("random", part.random);
    read("residual", part.residual);
    read("measure", part.measure);
    read("statistic", part.statistic);
    read("link", part.link);
    read("correlation", part.correlation);
    read("clusters", part.clusters);
    read("correction", part.correction);
    read("missing", part.missing);
    if (!arguments_.word("covariance_by_arm").empty()) part.covariance_by_arm = true;
    if (part.method) check(part);
    return part;
  }

  void add(std::string what, std::string why = {}, std::string suggestion = {}) {
    problems_.add({"command line"}, std::move(what), std::move(why), std::move(suggestion));
  }

 private:
  template <class T>
  void read(std::string_view key, std::optional<T>& out) {
    const std::string& word = arguments_.word(key);
    if (word.empty()) return;
    out = value_of<T>(word);
    if (!out)
      add(fmt::format("'{}' is no {}", word, option_name(std::string(key))), {},
          suggest(word, names_of<T>()));
  }

  void check(const AnalysisPart& part) {
    const AnalysisMethod method = *part.method;
    for (const auto& [key, word] : arguments_.words) {
      const auto belongs = methods_of_key(key);
      if (word.empty() || belongs.empty() || std::ranges::find(belongs, method) != belongs.end()) continue;
      std::vector<std::string_view> names;
      for (const AnalysisMethod other : belongs) names.push_back(name_of(other));
      add(fmt::format("{} says nothing to '{}'", option_name(key), name_of(method)),
          fmt::format("it belongs to {}", fmt::join(names, ", ")), "leave it out, or change the method");
    }
    const bool needs_df = method == AnalysisMethod::mmrm || method == AnalysisMethod::mixed;
    if (needs_df && !part.df) {
      add(fmt::format("'{}' says nothing of its degrees of freedom", name_of(method)),
          "how they are counted moves the answer",
          "add --df kenward_roger, satterthwaite, kenward_roger_linear, between_within or residual");
    }
    const bool of_clusters = part.df == DfWord::normal || part.df == DfWord::clusters;
    if (part.df && (needs_df || method == AnalysisMethod::gee) && needs_df == of_clusters) {
      add(fmt::format("'{}' has no df '{}'", name_of(method), name_of(*part.df)));
    }
    const bool kenward_roger = part.df == DfWord::kenward_roger || part.df == DfWord::kenward_roger_linear;
    const bool empirical = method == AnalysisMethod::mmrm && part.se && *part.se != StandardErrorWord::model;
    if (kenward_roger && (empirical || part.likelihood == Likelihood::ml)) {
      add("Kenward and Roger's adjustment is of REML and of the model's standard error",
          empirical ? "--se is empirical" : "--likelihood is ml", "take --df satterthwaite");
    }
    const bool mmrm_has = !part.se || *part.se != StandardErrorWord::robust;
    const bool logistic_has =
        !part.se || *part.se == StandardErrorWord::model || *part.se == StandardErrorWord::robust;
    if ((method == AnalysisMethod::mmrm && !mmrm_has) ||
        (method == AnalysisMethod::logistic && !logistic_has)) {
      add(fmt::format("'{}' has no se '{}'", name_of(method), name_of(*part.se)));
    }
  }

  const AnalyzeArguments& arguments_;
  Problems& problems_;
};

/// Which contrast of the data the options name.
class ContrastReader {
 public:
  ContrastReader(const AnalyzeArguments& arguments, const AnalysisData& data, bool over_visits,
                 Request& request)
      : arguments_(arguments), data_(data), over_visits_(over_visits), request_(request) {}

  [[nodiscard]] Contrast operator()() {
    Contrast contrast{.endpoint = EndpointId{0},
                      .visit = VisitId{1},
                      .treatment = ArmId{0},
                      .comparator = ArmId{0},
                      .transform = {}};
    const bool visits = !arguments_.compare_visits.empty();
    if (visits || !arguments_.mean.empty()) {
      read_one_arm(contrast, visits);
    } else {
      read_arms(contrast);
    }
    if (visits) {
      read_visits(contrast);
    } else {
      read_at(contrast);
    }
    return contrast;
  }
  [[nodiscard]] const std::string& words() const { return words_; }

 private:
  [[nodiscard]] ArmId arm(const std::string& label, std::string_view option) {
    const auto found = data_.arm(label);
    if (!found)
      request_.add(fmt::format("no arm is '{}' ({})", label, option), {}, suggest(label, data_.arms));
    return found.value_or(ArmId{0});
  }
  [[nodiscard]] VisitId visit(const std::string& label, std::string_view option) {
    const auto found = data_.visit(label);
    if (!found) {
      request_.add(fmt::format("no visit is '{}' ({})", label, option), {},
                   suggest(label, std::span(data_.visits).subspan(1)));
    }
    return found.value_or(VisitId{1});
  }

  void read_arms(Contrast& contrast) {
    const std::vector<std::string> labels = labels_of(arguments_.compare);
    if (data_.arms.size() < 2) {
      request_.add("there is one arm only", "a comparison needs two",
                   "for a change between visits add --compare-visits LATER,EARLIER");
    } else if (labels.empty() && data_.arms.size() == 2) {
      request_.add("which arm is the treatment is not said", {},
                   fmt::format("add --compare {},{}", data_.arms[1], data_.arms[0]));
    } else if (labels.size() != 2 || labels[0] == labels[1]) {
      request_.add(fmt::format("--compare names {} arms", labels.size()), "two different ones are compared",
                   "write --compare TREATMENT,COMPARATOR");
    } else {
      contrast.treatment = arm(labels[0], "--compare");
      contrast.comparator = arm(labels[1], "--compare");
      words_ = fmt::format("{} - {}", labels[0], labels[1]);
    }
  }

  void read_one_arm(Contrast& contrast, bool visits) {
    contrast.of = visits ? Contrast::Of::visits : Contrast::Of::mean;
    if (!over_visits_) {
      request_.add(visits ? "--compare-visits is of models over visits" : "--mean is of models over visits",
                   {}, "take --method mmrm");
    }
    std::string label = arguments_.mean;
    if (label.empty() && data_.arms.size() > 1) {
      request_.add("in which arm the visits are compared is not said", "there are several",
                   fmt::format("add --mean {}", data_.arms[0]));
    } else if (label.empty()) {
      label = data_.arms[0];
    }
    if (!label.empty()) contrast.treatment = arm(label, "--mean");
    words_ = label.empty() ? "everybody" : label;
    if (!visits) words_ = "mean of " + words_;
  }

  void read_visits(Contrast& contrast) {
    const std::vector<std::string> labels = labels_of(arguments_.compare_visits);
    if (labels.size() != 2 || labels[0] == labels[1]) {
      request_.add(fmt::format("--compare-visits names {} visits", labels.size()),
                   "two different ones are compared", "write --compare-visits LATER,EARLIER");
      return;
    }
    contrast.visit = visit(labels[0], "--compare-visits");
    contrast.earlier_visit = visit(labels[1], "--compare-visits");
    words_ += fmt::format(": {} - {}", labels[0], labels[1]);
  }

  void read_at(Contrast& contrast) {
    std::vector<std::string> labels = labels_of(arguments_.at);
    const bool average = arguments_.at == "average" && !data_.visit("average");
    if (average) labels.assign(data_.visits.begin() + 1, data_.visits.end());
    if (labels.empty() && data_.visits.size() > 2) {
      request_.add("which visit is compared is not said", "there are several",
                   fmt::format("add --at {}, or --at average", data_.visits.back()));
      return;
    }
    if (labels.empty()) return;
    std::uint32_t bits = 0;
    for (const std::string& label : labels) {
      contrast.visit = visit(label, "--at");
      bits |= 1U << contrast.visit.value;
    }
    words_ += fmt::format(" at {}", fmt::join(labels, ", "));
    if (labels.size() < 2) return;
    contrast.averaged_visits = bits;
    if (!over_visits_) request_.add("a mean of visits is of models over visits", {}, "take --method mmrm");
  }

  const AnalyzeArguments& arguments_;
  const AnalysisData& data_;
  bool over_visits_;
  Request& request_;
  std::string words_;
};

bool over_visits(const AnalysisOptions& options) {
  if (const auto* gee = std::get_if<GeeOptions>(&options))
    return gee->clusters == GeeOptions::Clusters::participants;
  if (const auto* mixed = std::get_if<MixedOptions>(&options)) {
    return mixed->random == MixedOptions::Random::intercept_slope;
  }
  return std::holds_alternative<MmrmOptions>(options);
}

AnalysisOptions options_for(AnalysisPart part, const AnalysisData& data, const Transform& transform,
                            Request& request) {
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
    request.add("a slope over visits needs visits that are numbers, and two of them at least", {},
                "name a column of months with --visit");
  }
  const bool for_binary = std::holds_alternative<LogisticOptions>(options) ||
                          std::holds_alternative<ProportionsOptions>(options) ||
                          (std::holds_alternative<GeeOptions>(options) &&
                           std::get<GeeOptions>(options).link == GeeOptions::Link::logit);
  if (for_binary && !is_binary(transform, design.endpoints[0].kind)) {
    request.add(fmt::format("'{}' does not fit these values", method_name(options)),
                "some are neither 0 nor 1", "take --method mmrm or ancova, or --transform 'responder(30%)'");
  }
  for (const Covariate& covariate : data.covariates) {
    const bool may = over_visits(options) && !slope;
    if (!covariate.by_visit || may) continue;
    request.add(fmt::format("'{}' has one coefficient for a covariate", method_name(options)), {},
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

int analyze(AnalyzeArguments arguments) {
  Problems problems;
  Request request(arguments, problems);
  const AnalysisPart part = request.part();
  const auto transform = transform_of(arguments.transform);
  if (!transform) {
    request.add(fmt::format("'{}' is no --transform", arguments.transform), {},
                "one of: none, change, log1p, responder(30%)");
  } else if (transform->kind != Transform::Kind::none && transform->kind != Transform::Kind::log1p &&
             !arguments.roles.baseline) {
    request.add(fmt::format("'{}' needs a baseline", arguments.transform), {},
                "name its visit with --baseline");
  }
  const auto test = value_of<TestKind>(arguments.test);
  if (!test)
    request.add(fmt::format("'{}' is no --test", arguments.test), {},
                suggest(arguments.test, names_of<TestKind>()));
  if (test && *test != TestKind::superiority && !(arguments.margin > 0.0)) {
    request.add(fmt::format("{} has no margin", name_of(*test)), {}, "add --margin");
  }
  const bool one_way =
      (test && *test != TestKind::superiority) || arguments.margin != 0.0 || arguments.sides == 1;
  if (one_way && !arguments.better) {
    request.add("--better is missing", "a margin or a one-sided test holds in one direction alone",
                "say whether lower or higher values are better");
  }
  arguments.roles.adjust = parts_of(arguments.adjust);
  arguments.roles.factors = parts_of(arguments.factors);
  arguments.roles.strata = part.method == AnalysisMethod::rank_sum;
  const CsvTable table(arguments.file, problems);
  if (problems.empty() || !table.names().empty()) {
    Problems of_table;
    const AnalysisData data = read_analysis_data(table, arguments.roles, of_table);
    for (const Problem& problem : of_table.all()) problems.add(problem);
    problems.throw_if_any();
    const AnalysisOptions options = options_for(part, data, *transform, request);
    ContrastReader read_contrast(arguments, data, over_visits(options), request);
    Contrast contrast = read_contrast();
    problems.throw_if_any();
    contrast.transform = *transform;
    contrast.better = value_of<Direction>(arguments.better.value_or("")).value_or(Direction::lower_better);
    const Question question(*test, better_after(*transform, contrast.better), arguments.margin,
                            Level{arguments.alpha, arguments.sides});
    AnalysisWorkspace workspace;
    AnalysisReport report{std::string(method_name(options)),
                          read_contrast.words(),
                          test_words(arguments),
                          data,
                          {},
                          question.confidence(),
                          {}};
    report.estimate = analyse(data.trial, contrast, question, options, workspace, &report.details);
    if (data.without_covariate > 0) {
      fmt::print(stderr, "equipoise: {} participants lack a covariate and are left out\n",
                 data.without_covariate);
    }
    if (!report.estimate.usable()) {
      fmt::print(stderr, "equipoise: the analysis ended with '{}': there is no estimate\n",
                 name_of(report.estimate.status));
    }
    fmt::print("{}", arguments.format == "json"  ? report_json(report)
                     : arguments.format == "csv" ? report_csv(report)
                                                 : report_table(report));
    return exit_success;
  }
  problems.throw_if_any();
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
  command->add_option("--test", arguments->test, "superiority, noninferiority, equivalence");
  command->add_option("--margin", arguments->margin, "Of noninferiority and equivalence")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--better", arguments->better, "lower or higher")
      ->check(CLI::IsMember({"lower", "higher"}));
  command->add_option("--alpha", arguments->alpha, "Significance level")->check(CLI::Range(1e-9, 0.5));
  command->add_option("--sides", arguments->sides, "1 or 2")->check(CLI::Range(1, 2));
  command->add_option("--format", arguments->format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  add_method_options(*command, *arguments);
  return {command, [arguments] { return analyze(*arguments); }};
}

}  // namespace equipoise
