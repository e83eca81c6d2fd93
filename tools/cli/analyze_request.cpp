#include "tools/cli/analyze_request.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/adjust_word.hpp"
#include "engine/scenario/analysis_keys.hpp"
#include "engine/scenario/analysis_rules.hpp"

namespace equipoise {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string words_of(std::span<const AnalysisMethod> methods) {
  std::vector<std::string_view> names;
  for (const AnalysisMethod method : methods) names.push_back(name_of(method));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Reads what the options ask for; everything wrong with them is a problem.
class Reader {
 public:
  Reader(const AnalyzeArguments& arguments, Problems& problems)
      : arguments_(arguments), problems_(problems) {}

  [[nodiscard]] AnalyzeRequest read_all() {
    AnalyzeRequest request{part(), transform(), test()};
    check_direction(request.test);
    return request;
  }

 private:
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
    if (part.method) {
      check(part);
      check_adjust(*part.method);
      check_clusters(part);
    }
    return part;
  }

  void add(std::string what, std::string why = {}, std::string suggestion = {}) {
    tell_words(problems_, std::move(what), std::move(why), std::move(suggestion));
  }

  [[nodiscard]] std::optional<Transform> transform() {
    const auto transform = transform_of(arguments_.transform);
    const bool from_baseline =
        transform && transform->kind != Transform::Kind::none && transform->kind != Transform::Kind::log1p;
    if (!transform) {
      add(fmt::format("'{}' is no --transform", arguments_.transform), {},
          "one of: none, change, log1p, responder(30%)");
    } else if (from_baseline && !arguments_.roles.baseline) {
      add(fmt::format("'{}' needs a baseline", arguments_.transform), {}, "name its visit with --baseline");
    }
    return transform;
  }

  [[nodiscard]] std::optional<TestKind> test() {
    const auto word = value_of<TestWord>(arguments_.test);
    if (!word) {
      add(fmt::format("'{}' is no --test", arguments_.test), {},
          suggest(arguments_.test, names_of<TestWord>()));
      return std::nullopt;
    }
    if (*word == TestWord::superiority && arguments_.margin > 0.0) {
      add("superiority has no margin", "a margin asks for more than any difference",
          "leave --margin out, or take --test superiority_by_margin");
    } else if (*word != TestWord::superiority && !(arguments_.margin > 0.0)) {
      add(fmt::format("{} has no margin", name_of(*word)), {}, "add --margin");
    }
    return kind_of(*word);
  }

  void check_direction(std::optional<TestKind> test) {
    const bool one_way =
        (test && *test != TestKind::superiority) || arguments_.margin != 0.0 || arguments_.sides == 1;
    if (!one_way || arguments_.better) return;
    add("--better is missing", "a margin or a one-sided test holds in one direction alone",
        "say whether lower or higher values are better");
  }

  template <class T>
  void read(std::string_view key, std::optional<T>& out) {
    const std::string& word = arguments_.word(key);
    if (word.empty()) return;
    out = value_of<T>(word);
    if (out) return;
    add(fmt::format("'{}' is no {}", word, option_name(std::string(key))), {}, suggest(word, names_of<T>()));
  }

  void check(const AnalysisPart& part) {
    const AnalysisMethod method = *part.method;
    for (const auto& [key, word] : arguments_.words) {
      const auto belongs = methods_of_key(key);
      if (word.empty() || belongs.empty() || std::ranges::find(belongs, method) != belongs.end()) continue;
      add(fmt::format("{} says nothing to '{}'", option_name(key), name_of(method)),
          fmt::format("it belongs to {}", words_of(belongs)), "leave it out, or change the method");
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
    for (const AnalysisMistake& mistake : combination_mistakes(part)) {
      add(fmt::format("{}: {}", option_name(std::string(mistake.key)), mistake.what), mistake.why,
          mistake.suggestion);
    }
  }

  void check_adjust(AnalysisMethod method) {
    const std::vector<std::string> written = parts_of(arguments_.adjust);
    std::vector<std::string> names;
    for (const std::string& word : written) {
      const std::string& name = names.emplace_back(AdjustWord(word).name);
      if (std::ranges::count(names, name) == 2) {
        add(fmt::format("'{}' is adjusted for twice", name), "the model could not tell the two apart");
      }
    }
    const auto belongs = methods_of_key("adjust");
    const bool takes =
        method == AnalysisMethod::rank_sum || std::ranges::find(belongs, method) != belongs.end();
    if (written.empty() || takes) return;
    add(fmt::format("--adjust says nothing to '{}'", name_of(method)),
        fmt::format("it belongs to {}, rank_sum", words_of(belongs)), "leave it out, or change the method");
  }

  /// Groups that nothing looks at would be taken for independent people, and the other way round.
  void check_clusters(const AnalysisPart& part) {
    const bool given = !arguments_.roles.cluster.empty();
    if (given && !looks_at_groups(part)) {
      const bool may = part.method == AnalysisMethod::mixed || part.method == AnalysisMethod::gee;
      add(fmt::format("--cluster says nothing to '{}'{}", name_of(*part.method), may ? " as it is here" : ""),
          "it would take the members of a group for independent",
          "take --method mixed --random therapy_group or --method gee --clusters therapy_groups, or leave it "
          "out");
    }
    if (!given && looks_at_groups(part)) {
      const bool gee = part.method == AnalysisMethod::gee;
      add(fmt::format("'{}' looks for therapy groups and no column has them", name_of(*part.method)),
          "without them everybody would be taken for independent",
          gee ? "name the column with --cluster, or take --clusters participants"
              : "name the column with --cluster, or take --method ancova");
    }
    if (arguments_.groups_of_one && !(part.method == AnalysisMethod::mixed && looks_at_groups(part))) {
      add(fmt::format("--groups-of-one says nothing to '{}'", name_of(*part.method)),
          "it belongs to mixed with --random therapy_group", "leave it out");
    }
  }

  const AnalyzeArguments& arguments_;
  Problems& problems_;
};

}  // namespace

std::string option_name(std::string key) {
  std::ranges::replace(key, '_', '-');
  return "--" + key;
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first <= text.size() && !text.empty();) {
    const std::size_t last = std::min(text.find(',', first), text.size());
    const std::string_view part = trimmed(std::string_view(text).substr(first, last - first));
    const std::size_t star = part.find('*');
    if (star == std::string_view::npos) {
      parts.emplace_back(part);
    } else {
      parts.push_back(fmt::format("{}*{}", trimmed(part.substr(0, star)), trimmed(part.substr(star + 1))));
    }
    first = last + 1;
  }
  return parts;
}

void tell_words(Problems& problems, std::string what, std::string why, std::string suggestion) {
  problems.add({"command line"}, std::move(what), std::move(why), std::move(suggestion));
}

AnalyzeRequest read_analyze(const AnalyzeArguments& arguments, Problems& problems) {
  return Reader(arguments, problems).read_all();
}

}  // namespace equipoise
