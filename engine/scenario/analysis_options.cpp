#include "engine/scenario/analysis_options.hpp"

#include <algorithm>

#include "engine/base/expects.hpp"
#include "engine/scenario/adjust_word.hpp"

namespace equipoise {
namespace {

DfMethod df_method(DfWord word) {
  const auto method = value_of<DfMethod>(name_of(word));
  EQUIPOISE_EXPECTS(method.has_value());
  return *method;
}

std::vector<Covariate> covariates(const AnalysisPart& part, const HypothesisPart& hypothesis,
                                  const Design& design) {
  std::vector<Covariate> all;
  for (const std::string& written : part.adjust) {
    const AdjustWord word(written);
    if (word.name == "site") {
      all.push_back({Covariate::Kind::site, {}, word.by_visit});
      continue;
    }
    const std::string& endpoint = word.name == "baseline" ? hypothesis.endpoint : word.name;
    const auto found = std::ranges::find(design.endpoints, endpoint, &Endpoint::name);
    EQUIPOISE_EXPECTS(found != design.endpoints.end());
    all.push_back({Covariate::Kind::baseline,
                   id_at<EndpointId>(static_cast<std::size_t>(found - design.endpoints.begin())),
                   word.by_visit});
  }
  return all;
}

MmrmOptions mmrm_options(const AnalysisPart& part, std::vector<Covariate> adjust) {
  MmrmOptions options;
  options.adjust = std::move(adjust);
  options.arms = part.arms.value_or(options.arms);
  options.covariance = part.covariance.value_or(options.covariance);
  options.covariance_by_arm = part.covariance_by_arm.value_or(false);
  options.likelihood = part.likelihood.value_or(options.likelihood);
  if (part.df) options.df = df_method(*part.df);
  if (part.se) options.se = value_of<StandardError>(name_of(*part.se)).value_or(options.se);
  options.information = part.information.value_or(options.information);
  return options;
}

MixedOptions mixed_options(const AnalysisPart& part, std::vector<Covariate> adjust, const Design& design) {
  MixedOptions options;
  options.random = part.random.value_or(options.random);
  options.adjust = std::move(adjust);
  options.arms = part.arms.value_or(options.arms);
  options.residual_by_arm = part.residual.value_or(ResidualWord::by_arm) == ResidualWord::by_arm;
  options.likelihood = part.likelihood.value_or(options.likelihood);
  if (part.df) options.df = df_method(*part.df);
  options.information = part.information.value_or(options.information);
  for (std::size_t v = 0; v < design.visit_count(); ++v)
    options.months.push_back(design.month(id_at<VisitId>(v)));
  return options;
}

LogisticOptions logistic_options(const AnalysisPart& part, std::vector<Covariate> adjust) {
  LogisticOptions options;
  options.adjust = std::move(adjust);
  options.arms = part.arms.value_or(options.arms);
  options.measure = part.measure.value_or(options.measure);
  options.test = part.statistic.value_or(options.test);
  if (part.se) options.se = value_of<LogisticOptions::Se>(name_of(*part.se)).value_or(options.se);
  return options;
}

GeeOptions gee_options(const AnalysisPart& part, std::vector<Covariate> adjust, bool binary) {
  GeeOptions options;
  options.link = part.link.value_or(binary ? GeeOptions::Link::logit : GeeOptions::Link::identity);
  options.correlation = part.correlation.value_or(options.correlation);
  options.clusters = part.clusters.value_or(options.clusters);
  options.correction = part.correction.value_or(options.correction);
  if (part.df) options.df = value_of<GeeOptions::Df>(name_of(*part.df)).value_or(options.df);
  options.adjust = std::move(adjust);
  options.arms = part.arms.value_or(options.arms);
  return options;
}

}  // namespace

AnalysisOptions analysis_options(const AnalysisPart& part, const HypothesisPart& hypothesis,
                                 const Design& design) {
  const auto endpoint = std::ranges::find(design.endpoints, hypothesis.endpoint, &Endpoint::name);
  EQUIPOISE_EXPECTS(endpoint != design.endpoints.end() && part.method.has_value());
  switch (*part.method) {
    case AnalysisMethod::mean_difference:
      return MeanDifferenceOptions{part.variance.value_or(MeanDifferenceOptions{}.variance)};
    case AnalysisMethod::ancova:
      return AncovaOptions{covariates(part, hypothesis, design), part.arms.value_or(AncovaOptions{}.arms)};
    case AnalysisMethod::mmrm:
      return mmrm_options(part, covariates(part, hypothesis, design));
    case AnalysisMethod::mixed:
      return mixed_options(part, covariates(part, hypothesis, design), design);
    case AnalysisMethod::logistic:
      return logistic_options(part, covariates(part, hypothesis, design));
    case AnalysisMethod::gee:
      return gee_options(part, covariates(part, hypothesis, design),
                         is_binary(hypothesis.transform, endpoint->kind));
    case AnalysisMethod::rank_sum:
      return RankSumOptions{part.by_site.value_or(false)};
    case AnalysisMethod::proportions:
      return ProportionsOptions{part.missing.value_or(ProportionsOptions{}.missing)};
  }
  return ProportionsOptions{};
}

AnalysisPart fallback_of(const AnalysisPart& part, const std::string& word) {
  AnalysisPart next = part;
  next.fallback.clear();
  if (const auto structure = value_of<CovarianceStructure>(word)) {
    next.covariance = structure;
    return next;
  }
  // A method of its own: of the first one's keys only what is adjusted for goes with it.
  next = {};
  next.method = value_of<AnalysisMethod>(word);
  const bool over_visits = next.method == AnalysisMethod::mmrm || next.method == AnalysisMethod::gee;
  for (const std::string& written : part.adjust) {
    const AdjustWord adjust(written);
    if (std::ranges::find(next.adjust, adjust.name) == next.adjust.end()) {
      next.adjust.push_back(over_visits ? written : adjust.name);
    }
  }
  if (next.method == AnalysisMethod::mmrm || next.method == AnalysisMethod::mixed) next.df = part.df;
  return next;
}

}  // namespace equipoise
