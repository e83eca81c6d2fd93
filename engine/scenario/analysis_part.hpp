#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/analysis/options.hpp"
#include "engine/base/named.hpp"

namespace equipoise {

/// The analyses by their names in a scenario.
enum class AnalysisMethod { mean_difference, ancova, mmrm, mixed, logistic, gee, rank_sum, proportions };

template <>
struct NamesOf<AnalysisMethod> {
  static constexpr std::array<Named<AnalysisMethod>, 8> all{
      {{"mean_difference", AnalysisMethod::mean_difference},
       {"ancova", AnalysisMethod::ancova},
       {"mmrm", AnalysisMethod::mmrm},
       {"mixed", AnalysisMethod::mixed},
       {"logistic", AnalysisMethod::logistic},
       {"gee", AnalysisMethod::gee},
       {"rank_sum", AnalysisMethod::rank_sum},
       {"proportions", AnalysisMethod::proportions}}};
};

/// Where a standard error comes from, in the words of every method that lets one choose.
enum class StandardErrorWord { model, empirical, empirical_bias_reduced, empirical_jackknife, robust };

template <>
struct NamesOf<StandardErrorWord> {
  using Word = StandardErrorWord;
  static constexpr std::array<Named<Word>, 5> all{{{"model", Word::model},
                                                   {"empirical", Word::empirical},
                                                   {"empirical_bias_reduced", Word::empirical_bias_reduced},
                                                   {"empirical_jackknife", Word::empirical_jackknife},
                                                   {"robust", Word::robust}}};
};

/// Degrees of freedom, likewise.
enum class DfWord {
  satterthwaite,
  kenward_roger,
  kenward_roger_linear,
  between_within,
  residual,
  normal,
  clusters
};

template <>
struct NamesOf<DfWord> {
  static constexpr std::array<Named<DfWord>, 7> all{{{"satterthwaite", DfWord::satterthwaite},
                                                     {"kenward_roger", DfWord::kenward_roger},
                                                     {"kenward_roger_linear", DfWord::kenward_roger_linear},
                                                     {"between_within", DfWord::between_within},
                                                     {"residual", DfWord::residual},
                                                     {"normal", DfWord::normal},
                                                     {"clusters", DfWord::clusters}}};
};

/// The residual variance of a mixed model.
enum class ResidualWord { by_arm, common };

template <>
struct NamesOf<ResidualWord> {
  static constexpr std::array<Named<ResidualWord>, 2> all{
      {{"by_arm", ResidualWord::by_arm}, {"common", ResidualWord::common}}};
};

/// How a hypothesis is analysed, as a file says it. Empty: the method's own default.
struct AnalysisPart {
  std::string name;  // of an alternative
  std::optional<AnalysisMethod> method;
  std::optional<MeanDifferenceOptions::Variance> variance;
  std::vector<std::string> adjust;
  std::optional<ModelArms> arms;
  std::optional<CovarianceStructure> covariance;
  std::optional<bool> covariance_by_arm;
  std::optional<Likelihood> likelihood;
  std::optional<DfWord> df;
  std::optional<StandardErrorWord> se;
  std::optional<Information> information;
  std::optional<MixedOptions::Random> random;
  std::optional<ResidualWord> residual;
  std::optional<LogisticOptions::Measure> measure;
  std::optional<LogisticOptions::Test> statistic;
  std::optional<GeeOptions::Link> link;
  std::optional<GeeOptions::Correlation> correlation;
  std::optional<GeeOptions::Clusters> clusters;
  std::optional<GeeOptions::Correction> correction;
  std::optional<ProportionsOptions::Missing> missing;
  std::optional<bool> by_site;
  std::vector<std::string> fallback;
};

}  // namespace equipoise
