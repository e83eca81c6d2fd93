#include "engine/scenario/analysis_rules.hpp"

#include <fmt/format.h>

namespace equipoise {

using Method = AnalysisMethod;

bool looks_over_visits(const AnalysisPart& part) {
  return part.method == Method::mmrm ||
         (part.method == Method::gee &&
          part.clusters.value_or(GeeOptions{}.clusters) == GeeOptions::Clusters::participants) ||
         (part.method == Method::mixed &&
          part.random.value_or(MixedOptions{}.random) == MixedOptions::Random::intercept_slope);
}

bool looks_at_groups(const AnalysisPart& part) {
  return (part.method == Method::mixed || part.method == Method::gee) && !looks_over_visits(part);
}

std::vector<AnalysisMistake> combination_mistakes(const AnalysisPart& part) {
  std::vector<AnalysisMistake> mistakes;
  const bool over_visits = looks_over_visits(part);
  const bool empirical = part.method == Method::mmrm && part.se && *part.se != StandardErrorWord::model;
  const bool uses_information = part.df == DfWord::kenward_roger || part.df == DfWord::kenward_roger_linear ||
                                part.df == DfWord::satterthwaite;
  if (part.df && part.information && (!uses_information || empirical)) {
    mistakes.push_back(
        {"information", "nothing here rests on the information about the covariance parameters",
         fmt::format("df is '{}'{}", name_of(*part.df), empirical ? ", se empirical" : ""), "leave it out"});
  }
  if (part.method == Method::mixed && over_visits && part.residual) {
    mistakes.push_back(
        {"residual", "a random intercept and slope have one residual variance", {}, "leave it out"});
  }
  if (part.method == Method::gee && !over_visits && part.correlation == GeeOptions::Correlation::ar1) {
    mistakes.push_back({"correlation", "members of a therapy group have no order",
                        "ar1 is a correlation over visits", "take \"exchangeable\""});
  }
  return mistakes;
}

}  // namespace equipoise
