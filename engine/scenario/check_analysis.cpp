#include "engine/scenario/check_analysis.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/adjust_word.hpp"
#include "engine/scenario/analysis_keys.hpp"
#include "engine/scenario/analysis_rules.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/trial/plan.hpp"

namespace equipoise {
namespace {

using Method = AnalysisMethod;

std::string words(std::span<const AnalysisMethod> methods) {
  std::vector<std::string> names;
  for (const AnalysisMethod method : methods) names.push_back(fmt::format("'{}'", name_of(method)));
  return fmt::format("{}", fmt::join(names, ", "));
}

class Check {
 public:
  Check(const CheckContext& context, const HypothesisPart& hypothesis, const AnalysisPart& part,
        const std::string& path, const Endpoint* endpoint)
      : context_(context), hypothesis_(hypothesis), part_(part), path_(path), endpoint_(endpoint) {}

  void operator()() const {
    if (!part_.method) return;
    check_keys();
    check_adjust();
    check_kind();
    check_visits();
    check_inference();
    for (const AnalysisMistake& mistake : combination_mistakes(part_)) {
      add(mistake.key, mistake.what, mistake.why, mistake.suggestion);
    }
    check_groups();
    check_fallback();
  }

 private:
  [[nodiscard]] Method method() const { return *part_.method; }
  [[nodiscard]] bool given(std::string_view key) const {
    return context_.given(fmt::format("{}.{}", path_, key));
  }
  void add(std::string_view key, std::string what, std::string why = {}, std::string suggestion = {}) const {
    context_.add(fmt::format("{}.{}", path_, key), std::move(what), std::move(why), std::move(suggestion));
  }
  [[nodiscard]] bool over_visits() const { return looks_over_visits(part_); }

  void check_keys() const {
    for (const std::string_view key : method_keys()) {
      const auto belongs = methods_of_key(key);
      if (!given(key) || std::ranges::find(belongs, method()) != belongs.end()) continue;
      add(key, fmt::format("'{}' says nothing to '{}'", key, name_of(method())),
          fmt::format("it belongs to {}", words(belongs)), "leave it out, or change the method");
    }
  }

  void check_adjust() const {
    const auto belongs = methods_of_key("adjust");
    if (std::ranges::find(belongs, method()) == belongs.end()) return;
    const std::vector<std::string> measured = measured_endpoints(context_.scenario);
    std::vector<std::string> known = {"baseline", "site"};
    known.insert(known.end(), measured.begin(), measured.end());
    const auto full_name = [&](const std::string& written) {
      const std::string name = AdjustWord(written).name;
      return name == "baseline" ? hypothesis_.endpoint : name;
    };
    for (std::size_t k = 0; k < part_.adjust.size(); ++k) {
      const std::string key = fmt::format("adjust.{}", k + 1);
      const AdjustWord word(part_.adjust[k]);
      const auto before = part_.adjust.begin() + static_cast<std::ptrdiff_t>(k);
      const bool twice = std::any_of(part_.adjust.begin(), before, [&](const std::string& other) {
        return full_name(other) == full_name(part_.adjust[k]);
      });
      if (twice) {
        add(key, fmt::format("'{}' is adjusted for twice", word.name),
            "the model could not tell the two apart");
      } else if (word.by_visit && !(over_visits() && method() != Method::mixed)) {
        add(key, fmt::format("'{}' has a coefficient at each visit", part_.adjust[k]),
            fmt::format("'{}' has none but one", name_of(method())), fmt::format("write \"{}\"", word.name));
      } else if (word.name == "site" && context_.scenario.cohort.sites == 1) {
        add(key, "there is one site, so there is nothing to adjust for", "cohort.sites is 1",
            "leave \"site\" out");
      } else if (std::ranges::find(known, word.name) != known.end()) {
        continue;
      } else if (context_.endpoint(word.name) != nullptr) {
        add(key, fmt::format("'{}' is adjusted for but not measured", word.name), {},
            "add it to schedule.endpoints");
      } else if (context_.condition != nullptr) {
        add(key, fmt::format("'{}' is nothing that an analysis can adjust for", word.name), {},
            suggest(word.name, known));
      }
    }
  }

  void check_kind() const {
    if (endpoint_ == nullptr) return;
    const bool transformed_state =
        endpoint_->kind == EndpointKind::state && hypothesis_.transform.kind != Transform::Kind::none;
    if (transformed_state) return;  // the transform has been told of
    const bool binary = is_binary(hypothesis_.transform, endpoint_->kind);
    const bool for_binary = method() == Method::proportions || method() == Method::logistic ||
                            (method() == Method::gee && part_.link == GeeOptions::Link::logit);
    const bool for_both = method() == Method::gee && part_.link != GeeOptions::Link::logit;
    if (for_binary && !binary) {
      add("method", fmt::format("'{}' does not fit {}", name_of(method()), endpoint_->name),
          "its values are numbers, not yes or no",
          "take \"mean_difference\", \"ancova\" or \"mmrm\", or transform = \"responder(30%)\"");
    } else if (!for_binary && !for_both && binary) {
      add("method", fmt::format("'{}' does not fit {}", name_of(method()), endpoint_->name),
          "its analysed values are yes or no", "take \"proportions\"");
    }
  }

  void check_visits() const {
    if (hypothesis_.visits.empty() || over_visits()) return;
    add("method", fmt::format("'{}' looks at one visit", name_of(method())),
        "the hypothesis is about the mean of several", "take \"mmrm\", or name one 'visit'");
  }

  void check_inference() const {
    const bool needs_df = method() == Method::mmrm || method() == Method::mixed;
    if (needs_df && !given("df")) {
      add("method", fmt::format("'{}' says nothing of its degrees of freedom", name_of(method())),
          "how they are counted moves the power",
          "add df = \"kenward_roger\", \"satterthwaite\" or \"residual\"");
    }
    if (!part_.df) return;
    const bool of_clusters = *part_.df == DfWord::normal || *part_.df == DfWord::clusters;
    if (needs_df == of_clusters && (needs_df || method() == Method::gee)) {
      add("df", fmt::format("'{}' has no df '{}'", name_of(method()), name_of(*part_.df)), {},
          needs_df ? "take \"kenward_roger\", \"satterthwaite\", \"between_within\" or \"residual\""
                   : "take \"normal\" or \"clusters\"");
    }
    const bool kenward_roger =
        *part_.df == DfWord::kenward_roger || *part_.df == DfWord::kenward_roger_linear;
    const bool empirical = method() == Method::mmrm && part_.se && *part_.se != StandardErrorWord::model;
    if (kenward_roger && empirical) {
      add("df", "Kenward and Roger's adjustment is of the model's standard error",
          fmt::format("se is '{}'", name_of(*part_.se)), "take df = \"satterthwaite\"");
    }
    if (kenward_roger && part_.likelihood == Likelihood::ml) {
      add("df", "Kenward and Roger's adjustment is of REML", "likelihood is 'ml'",
          "take df = \"satterthwaite\", or likelihood = \"reml\"");
    }
  }

  void check_groups() const {
    if (part_.se && method() == Method::mmrm && *part_.se == StandardErrorWord::robust) {
      add("se", "'mmrm' has no se 'robust'", {}, "take \"empirical\"");
    }
    if (part_.se && method() == Method::logistic && *part_.se != StandardErrorWord::model &&
        *part_.se != StandardErrorWord::robust) {
      add("se", fmt::format("'logistic' has no se '{}'", name_of(*part_.se)), {}, "take \"robust\"");
    }
    if (!looks_at_groups(part_) || context_.condition == nullptr) return;
    const auto meets = [&](const ArmPart& arm) {
      const auto therapies = context_.condition->therapies();
      return std::ranges::find(therapies, arm.therapy) != therapies.end() &&
             context_.condition->delivery(arm.therapy).in_groups;
    };
    if (std::ranges::any_of(context_.scenario.arms, meets)) return;
    add("method", fmt::format("'{}' looks for therapy groups and no arm has any", name_of(method())),
        "no arm's therapy meets in groups", "take \"ancova\"");
  }

  void check_fallback() const {
    if (part_.fallback.size() > most_fallbacks) {
      add("fallback", fmt::format("{} analyses are named", part_.fallback.size()),
          fmt::format("a plan may name {}", most_fallbacks));
    }
    for (std::size_t k = 0; k < part_.fallback.size(); ++k) {
      const std::string& word = part_.fallback[k];
      const std::string key = fmt::format("fallback.{}", k + 1);
      const bool structure = value_of<CovarianceStructure>(word).has_value();
      if (structure && method() == Method::mmrm) continue;
      if (structure) {
        add(key, fmt::format("'{}' is a covariance over visits", word),
            fmt::format("'{}' has none", name_of(method())), "name a method");
      } else if (!value_of<AnalysisMethod>(word)) {
        std::vector<std::string> known = names_of<AnalysisMethod>();
        for (const std::string& name : names_of<CovarianceStructure>()) known.push_back(name);
        add(key, fmt::format("'{}' is neither a covariance structure nor a method", word), {},
            suggest(word, known));
      } else if (word == name_of(method())) {
        add(key, fmt::format("'{}' falls back on itself", word), "it would fail again");
      }
    }
  }

  const CheckContext& context_;
  const HypothesisPart& hypothesis_;
  const AnalysisPart& part_;
  const std::string& path_;
  const Endpoint* endpoint_;
};

}  // namespace

void check_analysis(const CheckContext& context, const HypothesisPart& hypothesis,
                    const AnalysisPart& analysis, const std::string& path, const Endpoint* endpoint) {
  Check(context, hypothesis, analysis, path, endpoint)();
}

}  // namespace equipoise
