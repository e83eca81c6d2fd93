#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/design/ids.hpp"

namespace equipoise {

/// What an analysis adjusts for.
struct Covariate {
  enum class Kind {
    baseline,  // an endpoint's value at baseline; the analysed endpoint's own on the scale of its log1p
               // transform
    site,      // a factor
  };
  Kind kind = Kind::baseline;
  EndpointId endpoint{};  // of a baseline
  bool by_visit = false;  // a coefficient at each visit (`x*visit`), where the analysis has visits
  // Of a baseline of zeros and ones that says who is at one level of a factor: which factor, counted from 1.
  // 0: a number.
  std::uint32_t factor = 0;

  friend bool operator==(const Covariate&, const Covariate&) = default;
};

/// Whose participants enter a model and its residual variance.
enum class ModelArms { compared, all };

template <>
struct NamesOf<ModelArms> {
  static constexpr std::array<Named<ModelArms>, 2> all{
      {{"compared", ModelArms::compared}, {"all", ModelArms::all}}};
};

/// What is maximized over the covariance parameters: the likelihood of the residual contrasts, or of the
/// data.
enum class Likelihood { reml, ml };

template <>
struct NamesOf<Likelihood> {
  static constexpr std::array<Named<Likelihood>, 2> all{{{"reml", Likelihood::reml}, {"ml", Likelihood::ml}}};
};

/// How many degrees of freedom stand behind a standard error of a model with covariance parameters.
enum class DfMethod { satterthwaite, kenward_roger, kenward_roger_linear, between_within, residual };

template <>
struct NamesOf<DfMethod> {
  static constexpr std::array<Named<DfMethod>, 5> all{
      {{"satterthwaite", DfMethod::satterthwaite},
       {"kenward_roger", DfMethod::kenward_roger},
       {"kenward_roger_linear", DfMethod::kenward_roger_linear},
       {"between_within", DfMethod::between_within},
       {"residual", DfMethod::residual}}};
};

/// Where the covariance of a model's coefficients comes from: the model, or the residuals (sandwich).
enum class StandardError { model, empirical, empirical_bias_reduced, empirical_jackknife };

template <>
struct NamesOf<StandardError> {
  static constexpr std::array<Named<StandardError>, 4> all{
      {{"model", StandardError::model},
       {"empirical", StandardError::empirical},
       {"empirical_bias_reduced", StandardError::empirical_bias_reduced},
       {"empirical_jackknife", StandardError::empirical_jackknife}}};
};

/// Which information about the covariance parameters Satterthwaite's and Kenward and Roger's df rest on.
enum class Information { observed, expected };

template <>
struct NamesOf<Information> {
  static constexpr std::array<Named<Information>, 2> all{
      {{"observed", Information::observed}, {"expected", Information::expected}}};
};

/// The shape of a participant's covariance over visits.
enum class CovarianceStructure {
  unstructured,
  compound_symmetry,
  heterogeneous_compound_symmetry,
  ar1,
  heterogeneous_ar1,
  toeplitz,
  heterogeneous_toeplitz,
  ante_dependence,
  heterogeneous_ante_dependence,
};

template <>
struct NamesOf<CovarianceStructure> {
  static constexpr std::array<Named<CovarianceStructure>, 9> all{
      {{"unstructured", CovarianceStructure::unstructured},
       {"compound_symmetry", CovarianceStructure::compound_symmetry},
       {"heterogeneous_compound_symmetry", CovarianceStructure::heterogeneous_compound_symmetry},
       {"ar1", CovarianceStructure::ar1},
       {"heterogeneous_ar1", CovarianceStructure::heterogeneous_ar1},
       {"toeplitz", CovarianceStructure::toeplitz},
       {"heterogeneous_toeplitz", CovarianceStructure::heterogeneous_toeplitz},
       {"ante_dependence", CovarianceStructure::ante_dependence},
       {"heterogeneous_ante_dependence", CovarianceStructure::heterogeneous_ante_dependence}}};
};

/// Student's t test of two means (engine/methods/mean_difference.md).
struct MeanDifferenceOptions {
  enum class Variance { pooled, welch };
  Variance variance = Variance::welch;
};

template <>
struct NamesOf<MeanDifferenceOptions::Variance> {
  using Variance = MeanDifferenceOptions::Variance;
  static constexpr std::array<Named<Variance>, 2> all{
      {{"pooled", Variance::pooled}, {"welch", Variance::welch}}};
};

/// Analysis of covariance by least squares (engine/methods/ancova.md).
struct AncovaOptions {
  std::vector<Covariate> adjust{};
  ModelArms arms = ModelArms::compared;
};

/// Mixed model for repeated measures (engine/methods/mmrm.md). Arm is always interacted with visit.
struct MmrmOptions {
  std::vector<Covariate> adjust{};
  ModelArms arms = ModelArms::all;
  CovarianceStructure covariance = CovarianceStructure::unstructured;
  bool covariance_by_arm = false;
  Likelihood likelihood = Likelihood::reml;
  DfMethod df = DfMethod::kenward_roger;
  StandardError se = StandardError::model;
  Information information = Information::observed;
};

/// Linear mixed model with random effects (engine/methods/mixed.md).
struct MixedOptions {
  enum class Random {
    therapy_group,    // at one visit: an effect of each therapy group, in the arms that meet in groups only
    intercept_slope,  // over the visits: each participant's own level and slope over months
  };
  Random random = Random::therapy_group;
  std::vector<Covariate> adjust{};
  ModelArms arms = ModelArms::all;
  bool residual_by_arm = true;  // a residual variance of each arm (therapy_group)
  Likelihood likelihood = Likelihood::reml;
  DfMethod df = DfMethod::kenward_roger;
  Information information = Information::observed;
  std::vector<double> months{};  // by VisitId: when the visits are (intercept_slope)
};

template <>
struct NamesOf<MixedOptions::Random> {
  using Random = MixedOptions::Random;
  static constexpr std::array<Named<Random>, 2> all{
      {{"therapy_group", Random::therapy_group}, {"intercept_slope", Random::intercept_slope}}};
};

/// Logistic regression of a yes/no outcome at one visit (engine/methods/logistic.md).
struct LogisticOptions {
  enum class Measure { risk_difference, risk_ratio, odds_ratio };  // ratios as logarithms
  enum class Test { wald, likelihood_ratio };
  enum class Se { model, robust };
  std::vector<Covariate> adjust{};
  ModelArms arms = ModelArms::compared;
  Measure measure = Measure::risk_difference;
  Test test = Test::wald;
  Se se = Se::robust;
};

template <>
struct NamesOf<LogisticOptions::Measure> {
  using Measure = LogisticOptions::Measure;
  static constexpr std::array<Named<Measure>, 3> all{{{"risk_difference", Measure::risk_difference},
                                                      {"risk_ratio", Measure::risk_ratio},
                                                      {"odds_ratio", Measure::odds_ratio}}};
};
template <>
struct NamesOf<LogisticOptions::Test> {
  using Test = LogisticOptions::Test;
  static constexpr std::array<Named<Test>, 2> all{
      {{"wald", Test::wald}, {"likelihood_ratio", Test::likelihood_ratio}}};
};
template <>
struct NamesOf<LogisticOptions::Se> {
  using Se = LogisticOptions::Se;
  static constexpr std::array<Named<Se>, 2> all{{{"model", Se::model}, {"robust", Se::robust}}};
};

/// Generalized estimating equations (engine/methods/gee.md).
struct GeeOptions {
  enum class Link { identity, logit };
  enum class Correlation { independence, exchangeable, ar1 };
  enum class Clusters {
    participants,   // over their visits
    therapy_groups  // at one visit; who is in no group is a cluster of one
  };
  enum class Correction { none, mancl_derouen, kauermann_carroll, fay_graubard };
  enum class Df { normal, clusters };  // infinite; clusters minus coefficients
  Link link = Link::identity;
  Correlation correlation = Correlation::exchangeable;
  Clusters clusters = Clusters::participants;
  Correction correction = Correction::mancl_derouen;
  Df df = Df::clusters;
  std::vector<Covariate> adjust{};
  ModelArms arms = ModelArms::all;
};

template <>
struct NamesOf<GeeOptions::Link> {
  using Link = GeeOptions::Link;
  static constexpr std::array<Named<Link>, 2> all{{{"identity", Link::identity}, {"logit", Link::logit}}};
};
template <>
struct NamesOf<GeeOptions::Correlation> {
  using Correlation = GeeOptions::Correlation;
  static constexpr std::array<Named<Correlation>, 3> all{{{"independence", Correlation::independence},
                                                          {"exchangeable", Correlation::exchangeable},
                                                          {"ar1", Correlation::ar1}}};
};
template <>
struct NamesOf<GeeOptions::Clusters> {
  using Clusters = GeeOptions::Clusters;
  static constexpr std::array<Named<Clusters>, 2> all{
      {{"participants", Clusters::participants}, {"therapy_groups", Clusters::therapy_groups}}};
};
template <>
struct NamesOf<GeeOptions::Correction> {
  using Correction = GeeOptions::Correction;
  static constexpr std::array<Named<Correction>, 4> all{{{"none", Correction::none},
                                                         {"mancl_derouen", Correction::mancl_derouen},
                                                         {"kauermann_carroll", Correction::kauermann_carroll},
                                                         {"fay_graubard", Correction::fay_graubard}}};
};
template <>
struct NamesOf<GeeOptions::Df> {
  using Df = GeeOptions::Df;
  static constexpr std::array<Named<Df>, 2> all{{{"normal", Df::normal}, {"clusters", Df::clusters}}};
};

/// Wilcoxon's rank sum test, by site where asked for (van Elteren; engine/methods/rank_sum.md).
struct RankSumOptions {
  bool by_site = false;
};

/// Difference of two proportions: score test and Newcombe's interval (engine/methods/proportions.md).
struct ProportionsOptions {
  enum class Missing { left_out, failure };  // who was not seen at the visit
  Missing missing = Missing::left_out;
};

template <>
struct NamesOf<ProportionsOptions::Missing> {
  using Missing = ProportionsOptions::Missing;
  static constexpr std::array<Named<Missing>, 2> all{
      {{"left_out", Missing::left_out}, {"failure", Missing::failure}}};
};

using AnalysisOptions = std::variant<MeanDifferenceOptions, AncovaOptions, MmrmOptions, MixedOptions,
                                     LogisticOptions, GeeOptions, RankSumOptions, ProportionsOptions>;

/// The method's name in a scenario: mean_difference, ancova, mmrm, mixed, logistic, gee, rank_sum,
/// proportions.
[[nodiscard]] std::string_view method_name(const AnalysisOptions& options);

}  // namespace equipoise
