#include "tools/cli/analysis_scale.hpp"

#include <optional>

namespace equipoise {
namespace {

/// What a transform makes of a mean.
std::string of_transform(const Transform& transform) {
  switch (transform.kind) {
    case Transform::Kind::none:
      return "";
    case Transform::Kind::log1p:
      return " of log(1 + value)";
    case Transform::Kind::change:
      return " of the change from baseline";
    case Transform::Kind::responder:
      return " of responders, which are proportions";
  }
  return {};
}

std::string scale_of_logistic(LogisticOptions::Measure measure) {
  switch (measure) {
    case LogisticOptions::Measure::risk_difference:
      return "difference of risks";
    case LogisticOptions::Measure::risk_ratio:
      return "log risk ratio";
    case LogisticOptions::Measure::odds_ratio:
      return "log odds ratio";
  }
  return {};
}

}  // namespace

std::string scale_of(const Contrast& contrast, const AnalysisOptions& options) {
  const bool one_arms = contrast.of == Contrast::Of::mean;
  if (const auto* logistic = std::get_if<LogisticOptions>(&options))
    return scale_of_logistic(logistic->measure);
  if (const auto* rank_sum = std::get_if<RankSumOptions>(&options)) {
    const std::string pairs = "P(treatment > comparator) + P(equal) / 2 - 0.5";
    return rank_sum->by_site ? pairs + ", weighted over strata" : pairs;
  }
  if (std::holds_alternative<ProportionsOptions>(options)) return "difference of proportions";
  const auto* gee = std::get_if<GeeOptions>(&options);
  if (gee != nullptr && gee->link == GeeOptions::Link::logit) return one_arms ? "log odds" : "log odds ratio";
  return (one_arms ? "adjusted mean" : "difference of means") + of_transform(contrast.transform);
}

}  // namespace equipoise
