#include "engine/scenario/analysis_keys.hpp"

#include <algorithm>
#include <array>

namespace equipoise {
namespace {

using Method = AnalysisMethod;

struct KeyMethods {
  std::string_view key;
  std::array<Method, 5> methods;
  std::size_t count;
};

constexpr std::array<KeyMethods, 19> table{{
    {"variance", {Method::mean_difference}, 1},
    {"adjust", {Method::ancova, Method::mmrm, Method::mixed, Method::logistic, Method::gee}, 5},
    {"arms", {Method::ancova, Method::mmrm, Method::mixed, Method::logistic, Method::gee}, 5},
    {"covariance", {Method::mmrm}, 1},
    {"covariance_by_arm", {Method::mmrm}, 1},
    {"likelihood", {Method::mmrm, Method::mixed}, 2},
    {"df", {Method::mmrm, Method::mixed, Method::gee}, 3},
    {"se", {Method::mmrm, Method::logistic}, 2},
    {"information", {Method::mmrm, Method::mixed}, 2},
    {"random", {Method::mixed}, 1},
    {"residual", {Method::mixed}, 1},
    {"measure", {Method::logistic}, 1},
    {"statistic", {Method::logistic}, 1},
    {"link", {Method::gee}, 1},
    {"correlation", {Method::gee}, 1},
    {"clusters", {Method::gee}, 1},
    {"correction", {Method::gee}, 1},
    {"missing", {Method::proportions}, 1},
    {"by_site", {Method::rank_sum}, 1},
}};

}  // namespace

std::span<const AnalysisMethod> methods_of_key(std::string_view key) {
  const auto found = std::ranges::find(table, key, &KeyMethods::key);
  if (found == table.end()) return {};
  return std::span(found->methods).first(found->count);
}

std::span<const std::string_view> method_keys() {
  static constexpr auto keys = [] {
    std::array<std::string_view, table.size()> names{};
    for (std::size_t k = 0; k < table.size(); ++k) names[k] = table[k].key;
    return names;
  }();
  return keys;
}

Keys<AnalysisPart> analysis_keys(bool with_name) {
  Keys<AnalysisPart> keys;
  if (with_name) {
    keys.key("name", &AnalysisPart::name, {.doc = "What this analysis is called.", .need = Need::required});
  }
  keys.key("method", &AnalysisPart::method, {.doc = "The statistical method.", .need = Need::required})
      .key("variance", &AnalysisPart::variance,
           {.doc = "Of mean_difference: one variance for both arms, or one each.",
            .default_text = "\"welch\""})
      .key(
          "adjust", &AnalysisPart::adjust,
          {.doc = "Of ancova, mmrm, mixed, logistic, gee: \"baseline\", \"site\", or another endpoint, whose "
                  "baseline enters; \"baseline*visit\": with a coefficient at each visit (mmrm, gee)."})
      .key("arms", &AnalysisPart::arms,
           {.doc = "Of ancova, mmrm, mixed, logistic, gee: whose participants enter the model.",
            .default_text = "\"all\" in models over visits or of groups, else \"compared\""})
      .key("covariance", &AnalysisPart::covariance,
           {.doc = "Of mmrm: the shape of a participant's covariance over visits.",
            .default_text = "\"unstructured\""})
      .key("covariance_by_arm", &AnalysisPart::covariance_by_arm,
           {.doc = "Of mmrm: whether each arm has a covariance of its own.", .default_text = "false"})
      .key("likelihood", &AnalysisPart::likelihood,
           {.doc = "Of mmrm, mixed: what is maximized over the covariance parameters.",
            .default_text = "\"reml\""})
      .key("df", &AnalysisPart::df,
           {.doc =
                "Of mmrm, mixed: how degrees of freedom are counted, always to be chosen; of gee: normal or "
                "clusters.",
            .default_text = "required for mmrm, mixed; gee: \"clusters\""})
      .key("se", &AnalysisPart::se,
           {.doc = "Of mmrm: from the model or from the residuals (empirical); of logistic: model or robust.",
            .default_text = "mmrm: \"model\"; logistic: \"robust\""})
      .key("information", &AnalysisPart::information,
           {.doc = "Of mmrm, mixed: what Satterthwaite's and Kenward and Roger's df rest on.",
            .default_text = "\"observed\""})
      .key("random", &AnalysisPart::random,
           {.doc =
                "Of mixed: an effect of each therapy group at one visit, or each participant's own level and "
                "slope over the visits.",
            .default_text = "\"therapy_group\""})
      .key("residual", &AnalysisPart::residual,
           {.doc = "Of mixed with therapy groups: a residual variance of each arm, or one.",
            .default_text = "\"by_arm\""})
      .key("measure", &AnalysisPart::measure,
           {.doc = "Of logistic: what is estimated; ratios as logarithms.",
            .default_text = "\"risk_difference\""})
      .key("statistic", &AnalysisPart::statistic,
           {.doc = "Of logistic: how the null hypothesis is tested.", .default_text = "\"wald\""})
      .key("link", &AnalysisPart::link,
           {.doc = "Of gee: identity for numbers, logit for yes or no.",
            .default_text = "what fits the endpoint"})
      .key("correlation", &AnalysisPart::correlation,
           {.doc = "Of gee: the working correlation.", .default_text = "\"exchangeable\""})
      .key("clusters", &AnalysisPart::clusters,
           {.doc = "Of gee: participants over their visits, or therapy groups at one visit.",
            .default_text = "\"participants\""})
      .key("correction", &AnalysisPart::correction,
           {.doc = "Of gee: the small-sample version of the standard error.",
            .default_text = "\"mancl_derouen\""})
      .key("missing", &AnalysisPart::missing,
           {.doc = "Of proportions: whether who was not seen is left out or counts as a failure.",
            .default_text = "\"left_out\""})
      .key("by_site", &AnalysisPart::by_site,
           {.doc = "Of rank_sum: whether sites are strata (van Elteren).", .default_text = "false"})
      .key("fallback", &AnalysisPart::fallback,
           {.doc =
                "What is fitted instead where a fit fails, in this order: covariance structures of the mmrm, "
                "or methods with their defaults."});
  return keys;
}

}  // namespace equipoise
